import { isJsonObject, type JsonObject } from './json.ts'

/** Finds the context that an `@import` names; throws if it cannot. */
export type FindImported = (iri: string) => JsonObject

/**
 * Puts what contexts import in the place of `@import`, at any depth, as JSON-LD 1.1 defines it (Context Processing
 * Algorithm, 5.6.7): what a context says itself goes before what it imports.
 *
 * We do it because the `jsonld` package must not: it keeps an imported context together with the terms of the first
 * context that imported it, and hands that to all others (digitalbazaar/jsonld.js#537). After the first `Dataset` it
 * would understand no `ContractRequestMessage` any more, since both import the ODRL profile.
 */
export function inlineImports(document: JsonObject, find: FindImported): JsonObject {
  const { '@import': iri, ...own } = document
  const all = typeof iri === 'string' ? { ...find(iri), ...own } : document
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, inlineWithin(value, find)]))
}

function inlineWithin(value: unknown, find: FindImported): unknown {
  if (Array.isArray(value)) return value.map(each => inlineWithin(each, find))
  return isJsonObject(value) ? inlineImports(value, find) : value
}
