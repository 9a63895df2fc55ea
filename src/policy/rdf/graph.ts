import { type Quad, RDF, type Term, termOf } from '../../jsonld/index.ts'
import { ODRL } from '../vocabulary.ts'

/** A graph by its subjects: ids as they are, those of blank nodes behind `_:`. */
export interface Graph {
  readonly subjects: readonly string[]
  /** The values that a subject has under a property. */
  of(subject: string, property: string): readonly Term[]
  /** The properties that a subject has. */
  properties(subject: string): readonly string[]
  /** The members of an RDF list; undefined if the node is none. */
  list(node: Term): readonly Term[] | undefined
  hasType(subject: string, type: string): boolean
}

/** The id of a node. */
export const idOfTerm = ({ kind, value }: Term): string => (kind === 'blank' ? `_:${value}` : value)

/** Whether an id says anything outside of its document. */
export const isNamed = (id: string): boolean => termOf(id).kind === 'iri'

/** Makes a graph of its statements; the same statement twice counts once. */
export function createGraph(quads: readonly Quad[]): Graph {
  const bySubject = new Map<string, Map<string, Term[]>>()
  for (const { subject, predicate, object } of quads) {
    const properties = bySubject.get(idOfTerm(subject)) ?? new Map<string, Term[]>()
    bySubject.set(idOfTerm(subject), properties)
    const values = properties.get(predicate) ?? []
    properties.set(predicate, values)
    if (!values.some(value => isSame(value, object))) values.push(object)
  }
  const of = (subject: string, property: string) => bySubject.get(subject)?.get(property) ?? []
  return {
    subjects: [...bySubject.keys()],
    of,
    properties: subject => [...(bySubject.get(subject)?.keys() ?? [])],
    list: node => readList(node, of),
    hasType: (subject, type) => of(subject, `${RDF}type`).some(({ value }) => value === type),
  }
}

const isSame = (one: Term, other: Term): boolean =>
  one.value === other.value &&
  one.kind === other.kind &&
  one.datatype === other.datatype &&
  one.language === other.language

/** Lists longer than this, or that bite their own tail, are none. */
const LONGEST = 10_000

function readList(node: Term, of: Graph['of']): readonly Term[] | undefined {
  const members: Term[] = []
  for (let at: Term | undefined = node; at && at.value !== `${RDF}nil`; at = of(idOfTerm(at), `${RDF}rest`)[0]) {
    const [first] = of(idOfTerm(at), `${RDF}first`)
    if (first === undefined || members.length > LONGEST) return undefined
    members.push(first)
  }
  return members
}

/** The IRI of an ODRL term. */
export const odrl = (term: string): string => `${ODRL}${term}`

/** The namespaces of what evaluators are told and what they tell (see docs/decisions/0020). */
export const REPORT = 'https://w3id.org/force/compliance-report#'
export const SOTW = 'https://w3id.org/force/sotw#'
