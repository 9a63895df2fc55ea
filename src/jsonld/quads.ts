import { isJsonObject, type JsonObject } from './json.ts'

/** A node or a value of an RDF graph. Ids are opaque: those of JSON-LD documents may be relative. */
export interface Term {
  readonly kind: 'iri' | 'blank' | 'literal'
  readonly value: string
  /** Of a literal: an IRI; xsd:string if absent. */
  readonly datatype?: string
  readonly language?: string
}

/** A statement of an RDF graph. */
export interface Quad {
  readonly subject: Term
  readonly predicate: string
  readonly object: Term
}

/** The namespaces that every graph needs. */
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const XSD = 'http://www.w3.org/2001/XMLSchema#'

/** The term of an id: blank nodes begin with `_:`. */
export const termOf = (id: string): Term =>
  id.startsWith('_:') ? { kind: 'blank', value: id.slice(2) } : { kind: 'iri', value: id }

/** The statements of expanded JSON-LD (`JsonLd.expand`). Unlike the standard's algorithm it keeps statements with relative ids: a policy must not lose whom it is about. */
export function quadsOf(nodes: readonly JsonObject[]): readonly Quad[] {
  const quads: Quad[] = []
  let blanks = 0
  const fresh = (): Term => ({ kind: 'blank', value: `n${blanks++}` })
  for (const node of nodes) if (!('@value' in node)) addNode(node, { quads, fresh })
  return quads
}

interface Sink {
  readonly quads: Quad[]
  readonly fresh: () => Term
}

function addNode(node: JsonObject, sink: Sink): Term {
  const id = node['@id']
  const subject = typeof id === 'string' ? renamed(termOf(id)) : sink.fresh()
  for (const type of listed(node['@type']))
    if (typeof type === 'string') sink.quads.push({ subject, predicate: `${RDF}type`, object: termOf(type) })
  for (const [predicate, values] of Object.entries(node)) {
    if (predicate === '@graph' || predicate === '@included')
      for (const each of listed(values)) if (isJsonObject(each)) addNode(each, sink)
    if (predicate.startsWith('@')) continue
    for (const value of listed(values)) sink.quads.push({ subject, predicate, object: addValue(value, sink) })
  }
  return subject
}

/** Blank nodes of the document and our own must not meet. */
const renamed = (term: Term): Term => (term.kind === 'blank' ? { kind: 'blank', value: `d_${term.value}` } : term)

function addValue(value: unknown, sink: Sink): Term {
  if (!isJsonObject(value)) return literal(value)
  if ('@list' in value) return addList(listed(value['@list']), sink)
  if ('@value' in value) return literal(value['@value'], value['@type'], value['@language'])
  return addNode(value, sink)
}

function addList(values: readonly unknown[], sink: Sink): Term {
  return values.reduceRight<Term>(
    (rest, value) => {
      const subject = sink.fresh()
      sink.quads.push({ subject, predicate: `${RDF}first`, object: addValue(value, sink) })
      sink.quads.push({ subject, predicate: `${RDF}rest`, object: rest })
      return subject
    },
    { kind: 'iri', value: `${RDF}nil` },
  )
}

function literal(value: unknown, type?: unknown, language?: unknown): Term {
  const text = typeof value === 'string' ? value : written(value)
  const datatype = typeof type === 'string' ? type : nativeType(value)
  return {
    kind: 'literal',
    value: text,
    ...(datatype !== undefined && { datatype }),
    ...(typeof language === 'string' && { language }),
  }
}

/** Numbers with a fraction as JSON-LD writes them in RDF: `5.0E-1`. */
function written(value: unknown): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return JSON.stringify(value) ?? ''
  return value.toExponential(15).replace(/(\d)0*e\+?/, '$1E')
}

function nativeType(value: unknown): string | undefined {
  if (typeof value === 'boolean') return `${XSD}boolean`
  if (typeof value !== 'number') return undefined
  return Number.isInteger(value) ? `${XSD}integer` : `${XSD}double`
}

const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** Statements as JSON-LD with these prefixes: a node for each subject. */
export function toJsonLd(quads: readonly Quad[], prefixes: Readonly<Record<string, string>>): JsonObject {
  const nodes = new Map<string, Map<string, unknown[]>>()
  for (const { subject, predicate, object } of quads) {
    const id = subject.kind === 'blank' ? `_:${subject.value}` : subject.value
    const node = nodes.get(id) ?? new Map<string, unknown[]>()
    const key = predicate === `${RDF}type` ? '@type' : shortened(predicate, prefixes)
    const values = node.get(key) ?? []
    nodes.set(id, node.set(key, [...values, key === '@type' ? shortened(object.value, prefixes) : valued(object)]))
  }
  const graph = [...nodes].map(([id, node]) => ({ '@id': id, ...Object.fromEntries(node) }))
  return { '@context': prefixes, '@graph': graph }
}

function shortened(iri: string, prefixes: Readonly<Record<string, string>>): string {
  const found = Object.entries(prefixes).find(([, namespace]) => iri.startsWith(namespace))
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri
}

function valued({ kind, value, datatype, language }: Term): JsonObject {
  if (kind !== 'literal') return { '@id': kind === 'blank' ? `_:${value}` : value }
  return { '@value': value, ...(datatype && { '@type': datatype }), ...(language && { '@language': language }) }
}

/** The statements as N-Quads, for canonicalisation. Relative ids get a scheme, since the format has no others. */
export const toNQuads = (quads: readonly Quad[]): string =>
  quads
    .map(({ subject, predicate, object }) => `${asNQuad(subject)} <${absolute(predicate)}> ${asNQuad(object)} .\n`)
    .join('')

function asNQuad({ kind, value, datatype, language }: Term): string {
  if (kind === 'iri') return `<${absolute(value)}>`
  if (kind === 'blank') return `_:${value}`
  const text = `"${value.replace(/["\\\n\r]/g, escapeCharacter)}"`
  if (language !== undefined) return `${text}@${language}`
  return datatype === undefined || datatype === `${XSD}string` ? text : `${text}^^<${absolute(datatype)}>`
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' }
const escapeCharacter = (character: string): string => escapes[character] ?? character

const UNSAFE = /[^!#-;=?-[\]_a-z~\u{80}-\u{10FFFF}]/gu
const absolute = (iri: string): string =>
  (iri.includes(':') ? iri : `relative:${iri}`).replace(UNSAFE, character => encodeURIComponent(character))
