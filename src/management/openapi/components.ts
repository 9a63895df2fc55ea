import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'

/** Puts references in the place of schemas with a title, and keeps these. */
export type Name = (schema: object) => JsonObject

/** The schemas of a document that have a name: told once, and referred to wherever they occur. */
export function createComponents(): { readonly name: Name; readonly schemas: () => JsonObject } {
  const known = new Map<string, { readonly given: object; readonly shown: JsonObject }>()

  function name(schema: object): JsonObject {
    const { title, ...rest } = schema as { readonly title?: unknown }
    // What has a schema for its title is a list of properties.
    if (typeof title !== 'string') return inside(schema)
    const same = known.get(title)
    if (same === undefined) known.set(title, { given: schema, shown: inside(rest) })
    else if (!isDeepStrictEqual(same.given, schema)) throw new TypeError(`two schemas have the title ${title}`)
    return { $ref: `#/components/schemas/${title}` }
  }

  const inside = (schema: object): JsonObject =>
    Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, within(key, value)]))

  /** Values of `enum`, `const`, `default` and `example` are no schemas. */
  const within = (key: string, value: unknown): unknown => (plain.has(key) ? value : walk(value))

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk)
    return isJsonObject(value) ? name(value) : value
  }

  const schemas = () => Object.fromEntries([...known].map(([title, { shown }]) => [title, shown] as const).sort(byName))

  return { name, schemas }
}

const plain: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples', 'required', 'pattern'])

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
