import { DataFactory, Parser, Writer } from 'n3'
import { invalid } from '../errors.ts'
import type { Quad, Term } from './quads.ts'

/** What we use of an RDF/JS term. */
interface Given {
  readonly termType: string
  readonly value: string
  readonly language?: string
  readonly datatype?: { readonly value: string }
}

/** More than any policy or state of the world has. */
const MOST_CHARACTERS = 5_000_000

/** The statements of a document in Turtle (or TriG, whose graphs are put together). Throws `invalid` with the line. */
export function parseTurtle(text: string): readonly Quad[] {
  if (text.length > MOST_CHARACTERS)
    throw invalid(`The document has more than the ${MOST_CHARACTERS} characters allowed.`)
  try {
    // Ids are opaque: without a base, relative ones stay as they are.
    return new Parser({ blankNodePrefix: 't_' }).parse(text).map(({ subject, predicate, object }) => ({
      subject: read(subject),
      predicate: predicate.value,
      object: read(object),
    }))
  } catch (error) {
    throw invalid(`The document is not valid Turtle: ${error instanceof Error ? error.message : 'it cannot be read'}`, {
      cause: error,
    })
  }
}

function read({ termType, value, language, datatype }: Given): Term {
  if (termType === 'NamedNode') return { kind: 'iri', value }
  if (termType !== 'Literal') return { kind: 'blank', value }
  return {
    kind: 'literal',
    value,
    ...(language ? { language } : datatype && { datatype: datatype.value }),
  }
}

/** Statements as Turtle, with these prefixes. */
export function writeTurtle(quads: readonly Quad[], prefixes: Readonly<Record<string, string>>): string {
  const writer = new Writer({ prefixes })
  for (const { subject, predicate, object } of bySubject(quads)) {
    const about = subject.kind === 'blank' ? DataFactory.blankNode(subject.value) : DataFactory.namedNode(subject.value)
    writer.addQuad(about, DataFactory.namedNode(predicate), made(object))
  }
  let text = ''
  writer.end((_error, result: string) => {
    text = result
  })
  return text
}

/** What is said of a node in one place. */
function bySubject(quads: readonly Quad[]): readonly Quad[] {
  const groups = new Map<string, Quad[]>()
  for (const quad of quads) {
    const key = `${quad.subject.kind} ${quad.subject.value}`
    groups.set(key, [...(groups.get(key) ?? []), quad])
  }
  return [...groups.values()].flat()
}

function made({ kind, value, datatype, language }: Term) {
  if (kind === 'iri') return DataFactory.namedNode(value)
  if (kind === 'blank') return DataFactory.blankNode(value)
  return DataFactory.literal(value, language ?? (datatype === undefined ? undefined : DataFactory.namedNode(datatype)))
}
