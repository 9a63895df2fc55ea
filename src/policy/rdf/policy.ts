import { invalid } from '../../errors.ts'
import { type Quad, RDF, type Term } from '../../jsonld/index.ts'
import { normalisePolicy } from '../normalise.ts'
import type { Policy } from '../types.ts'
import { termOf } from '../vocabulary.ts'
import { createGraph, type Graph, idOfTerm, isNamed, odrl } from './graph.ts'

/** Deeper than any policy; nodes that contain themselves end here, and the limits refuse what is left. */
const DEEPEST = 100

/** Under these stand nodes that are written out where they are used. */
const nested = new Set(
  `permission prohibition obligation duty remedy consequence constraint refinement and or xone andSequence action target
  assignee assigner`.split(/\s+/),
)
/** Of these, those whose node is only named, unless the graph narrows it. */
const named = new Set(['action', 'target', 'assignee', 'assigner'])
const narrowing = [odrl('refinement'), odrl('source'), `${RDF}value`]

const kinds = ['Set', 'Offer', 'Agreement', 'Policy', 'Assertion', 'Privacy', 'Ticket'].map(odrl)
const rules = ['permission', 'prohibition', 'obligation', 'duty'].map(odrl)

/** The policies of a graph. */
export interface FoundPolicies {
  /** The one that no other inherits from; the first of several. */
  readonly policy: Policy
  readonly find: (id: string) => Policy | undefined
}

/** Reads the policies of a graph into the house's form. Throws `invalid` if there is none. */
export function readPolicies(quads: readonly Quad[]): FoundPolicies {
  const graph = createGraph(quads)
  const ids = graph.subjects.filter(id => isPolicy(graph, id))
  const parents = new Set(ids.flatMap(id => graph.of(id, odrl('inheritFrom')).map(idOfTerm)))
  const main = ids.find(id => !parents.has(id)) ?? ids[0]
  if (main === undefined) throw invalid('There is no ODRL policy in the document.')
  const read = (id: string) => normalisePolicy(readNode(graph, id, 0))
  return { policy: read(main), find: id => (ids.includes(id) ? read(id) : undefined) }
}

function isPolicy(graph: Graph, id: string): boolean {
  if (graph.hasType(id, odrl('Request'))) return false
  if (kinds.some(kind => graph.hasType(id, kind))) return true
  const isRule = ['Permission', 'Prohibition', 'Duty', 'Rule'].some(type => graph.hasType(id, odrl(type)))
  return !isRule && rules.slice(0, 3).some(rule => graph.of(id, rule).length > 0)
}

function readNode(graph: Graph, id: string, depth: number): Record<string, unknown> {
  const entries = graph.properties(id).map(property => {
    const term = termOf(property === `${RDF}type` ? '@type' : property)
    return [nameFor(term, depth), graph.of(id, property).map(value => readValue(graph, term, value, depth))] as const
  })
  return {
    ...(isNamed(id) && { '@id': id }),
    ...Object.fromEntries(entries.map(([term, values]) => [term, simple(term, values)])),
  }
}

/** A `duty` of a policy itself is the older word for an obligation. */
const nameFor = (term: string, depth: number): string => (depth === 0 && term === 'duty' ? 'obligation' : term)

/** A single value stands by itself, except in lists of rules and constraints. */
const simple = (term: string, values: readonly unknown[]): unknown =>
  values.length === 1 && (named.has(term) || !nested.has(term)) ? values[0] : values

function readValue(graph: Graph, term: string, value: Term, depth: number): unknown {
  const members = value.kind === 'literal' ? undefined : graph.list(value)
  if (members !== undefined && members.length > 0)
    return { '@list': members.map(member => readValue(graph, term, member, depth)) }
  if (value.kind === 'literal') return literal(value)
  const id = idOfTerm(value)
  const narrowed = narrowing.some(property => graph.of(id, property).length > 0)
  if (nested.has(term) && depth < DEEPEST && (!named.has(term) || narrowed || !isNamed(id)))
    return readNode(graph, id, depth + 1)
  return term === 'rightOperand' ? { '@id': id } : id
}

const literal = ({ value, datatype, language }: Term) => ({
  '@value': value,
  ...(datatype !== undefined && { '@type': datatype }),
  ...(language !== undefined && { '@language': language }),
})
