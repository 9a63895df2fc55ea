import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'

/** One difference between two states of a thing. */
export interface FieldChange {
  /** JSON pointer. */
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** A state of a thing twice: as it is compared, and as it is shown. Both have the same members, and only the first has secrets. */
export interface View {
  readonly plain: JsonObject
  readonly shown: JsonObject
}

/** Where two states differ, as deep inside as there are objects on both sides; a list is one value. */
export function diff(before: View, after: View): readonly FieldChange[] {
  return differing(before.plain, after.plain).map(path => ({
    path: path.map(part => `/${pointerPart(part)}`).join(''),
    before: at(before.shown, path),
    after: at(after.shown, path),
  }))
}

type Path = readonly string[]

function differing(before: unknown, after: unknown): readonly Path[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after)) return [[]]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap(name => differing(before[name], after[name]).map(path => [name, ...path]))
}

function at(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return value ?? null
  return isJsonObject(value) ? at(value[name], rest) : null
}

/** RFC 6901. */
const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
