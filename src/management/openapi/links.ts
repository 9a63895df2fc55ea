import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Api, Operation } from '../operation.ts'

/** An operation with the id that the document knows it by. */
interface Known {
  readonly id: string
  readonly operation: Operation
}

/** The links of each operation, by its id in the document: what can be asked of the thing that its answer names. */
export type Links = ReadonlyMap<string, JsonObject>

/** What of an answer is the id of something else. */
// biome-ignore format: a table is read by its columns
const references: readonly (readonly [member: string, collection: string])[] = [
  [ 'agreementId',         '/agreements'         ],
  [ 'negotiationId',       '/negotiations'       ],
  [ 'contractAgreementId', '/contractagreements' ],
  [ 'contractId',          '/contractagreements' ],
]

/**
 * Links as OpenAPI has them, found by the paths: whoever creates, lists or shows something is told by name what else can be done with it, and where
 * in the answer its id stands. Programs that explore the API by its document reach by them what is really there.
 */
export function linksOf(api: Api): Links {
  const all = api.chapters.flatMap(({ operations }) =>
    Object.entries(operations).map(([id, operation]): Known => ({ id: `${id}${api.suffix}`, operation })),
  )
  return new Map(all.map(each => [each.id, linksFrom(each, all)] as const))
}

function linksFrom({ id, operation }: Known, all: readonly Known[]): JsonObject {
  const place = placeOf(operation.gives)
  const own = place === undefined ? [] : linksTo(collectionOf(operation.path), place, all)
  const others = references.flatMap(([member, collection]) =>
    has(operation.gives, member) ? linksTo(collection, `$response.body#/${member}`, all) : [],
  )
  return Object.fromEntries([...own, ...others].filter(([name]) => name !== id))
}

/** Of `/assets/request`, `/assets/:id` and `/assets` alike it is `/assets`. */
const collectionOf = (path: string): string => path.replace(/\/:id(\/.*)?$/, '').replace(/\/request$/, '')

/** Links to whatever is asked of one thing of a collection. */
const linksTo = (collection: string, id: string, all: readonly Known[]): (readonly [string, JsonObject])[] =>
  all
    .filter(({ operation: { path } }) => path.startsWith(`${collection}/:id`))
    .map(({ id: name, operation }) => [
      name,
      { operationId: name, parameters: { id }, description: `${operation.summary}.` },
    ])

const propertiesOf = (schema: object | undefined): JsonObject => {
  const { properties } = (schema ?? {}) as { readonly properties?: unknown }
  return isJsonObject(properties) ? properties : {}
}

const has = (schema: object | undefined, member: string): boolean => Object.hasOwn(propertiesOf(schema), member)

/** Where in an answer the id of a thing stands: of one, or of the first of a list. */
function placeOf(schema: object | undefined, at = '$response.body#'): string | undefined {
  for (const member of ['@id', 'id']) if (has(schema, member)) return `${at}/${member}`
  const { items } = (schema ?? {}) as { readonly items?: object }
  if (items) return placeOf(items, `${at}/0`)
  const listed = propertiesOf(schema).items
  return isJsonObject(listed) ? placeOf(listed, `${at}/items`) : undefined
}
