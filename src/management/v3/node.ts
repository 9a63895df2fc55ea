import { type Fault, invalid } from '../../errors.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { lengthen } from './words.ts'

/** A node of an expanded JSON-LD document: IRIs to lists of values. However a client dressed it, it is read the same way. */
export type Node = JsonObject

/** Longer texts than any id, address or name that is meant. */
const LONGEST = 2_048

/** All values that a node has under a word of EDC's, or an IRI. */
export function valuesOf(node: Node, name: string): readonly unknown[] {
  const value = node[lengthen(name)]
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.flatMap(each => (isJsonObject(each) && Array.isArray(each['@list']) ? each['@list'] : [each]))
}

/** A value as plain JSON: what is in `@value`, or the name in `@id`. */
export function plain(value: unknown): unknown {
  if (!isJsonObject(value)) return value
  return value['@value'] ?? value['@id']
}

/** The text under a word, if there is one that is not blank; a number counts as its text. Throws `invalid` if it is too long, or no text at all. */
export function text(node: Node, name: string): string | undefined {
  const [value] = valuesOf(node, name)
  if (value === undefined || value === null) return undefined
  const content = plain(value)
  if (typeof content === 'number') return String(content)
  const path = lengthen(name)
  // Ignored, a wish would seem to have been heard.
  if (typeof content !== 'string') throw refused({ path, message: `'${path}' must be a text or a number` })
  return content.trim() === '' ? undefined : bounded(content, path)
}

/** The texts under words that must be there. Throws `invalid` with a fault for each that is missing. */
export function texts<Name extends string>(node: Node, ...names: readonly Name[]): Record<Name, string> {
  const found = names.map(name => [name, text(node, name)] as const)
  const missing = found.filter(([, value]) => value === undefined).map(([name]) => missingValue(lengthen(name)))
  if (missing.length > 0) throw refused(...missing)
  // Each name is there, with a text: all others have just been refused.
  return Object.fromEntries(found) as Record<Name, string>
}

/** The nodes under a word. Throws `invalid` if there is anything else: ignored, a criterion would let everything through. */
export function nodes(node: Node, name: string): readonly Node[] {
  const path = lengthen(name)
  return valuesOf(node, name).map(value => {
    if (isJsonObject(value) && !('@value' in value)) return value
    throw refused({ path, message: `'${path}' must be an object` })
  })
}

/** The node under a word that must be there. Throws `invalid`. */
export function object(node: Node, name: string): Node {
  const [found] = nodes(node, name)
  const path = lengthen(name)
  if (!found) throw refused({ path, message: `mandatory object '${path}' is missing` })
  return found
}

/** The node's own id, if it has one. Throws `invalid` if it is blank or too long. */
export function idOf(node: Node): string | undefined {
  const id = node['@id']
  if (typeof id !== 'string') return undefined
  if (id.trim() === '') throw refused({ path: '@id', message: '@id cannot be blank' })
  return bounded(id, '@id')
}

/** The refusal of an input, EDC's way: one fault for each thing that is wrong, the IRI of its place as path. */
export const refused = (...faults: readonly Fault[]) =>
  invalid(faults.map(({ message }) => message).join('; '), { faults })

/** The fault of a value that must be there. */
export const missingValue = (path: string): Fault => ({
  path,
  message: `mandatory value '${path}' is missing or it is blank`,
})

function bounded(value: string, path: string): string {
  if (value.length <= LONGEST) return value
  throw refused({ path, message: `'${path}' is longer than ${LONGEST} characters` })
}
