import type { Endpoint } from '../../src/planes.ts'
import { PEER, type Reply, type Shot, secrets, type Treasure } from './world.ts'

/** Who must be let in without a word of who they are: nothing secret is told there. */
export const open =
  /\/\.well-known\/|^\/gaia-x\/(?!agreements$)|^\/health\/|^\/api\/check\/|^\/metrics$|^\/management\/(openapi\.|docs$)/

/** A request to an endpoint as its rightful user would send it, apart from what it says. */
export function shotAt(endpoint: Endpoint, treasure: Treasure, more: Partial<Shot> = {}): Shot {
  const { method, path } = endpoint
  return {
    method,
    path: path.replace(/:\w+/g, () => encodeURIComponent(idFor(path, treasure))),
    ...more,
    headers: { ...credentials(endpoint), ...more.headers },
  }
}

/** What opens an endpoint: the operator's key, or the attacker's own token. */
function credentials({ plane, path }: Endpoint): Record<string, string> {
  if (open.test(path)) return {}
  return plane === 'management' ? { 'x-api-key': secrets.key } : { authorization: `Bearer ${secrets.peer}` }
}

/** An id of something that is there and that could be changed at that path. */
function idFor(path: string, treasure: Treasure): string {
  const { negotiation, provided, consumed, agreement, statusList, kid } = treasure
  if (/^\/gaia-x\/credentials/.test(path)) return 'legal-person'
  if (/^\/gaia-x\/status/.test(path)) return statusList
  if (/\/x509\//.test(path)) return kid
  if (/negotiations\//.test(path)) return negotiation
  if (/edr/.test(path)) return consumed
  if (/transfer/.test(path)) return provided
  if (/agreements/.test(path)) return agreement
  if (/policydefinitions/.test(path)) return 'use'
  if (/contractdefinitions/.test(path)) return 'all'
  if (/assets|datasets/.test(path)) return 'wind'
  return PEER
}

/** How each door says no: the shape of its error bodies. The first row that fits counts. */
// biome-ignore format: a table is read by its columns
const shapes: readonly (readonly [path: RegExp, shape: object])[] = [
  [ /^\/dsp\/.*\/catalog/,      { '@context': Array, '@type': 'CatalogError',             code: String, reason: Array } ],
  [ /^\/dsp\/.*\/negotiations/, { '@context': Array, '@type': 'ContractNegotiationError', code: String, reason: Array, consumerPid: String, providerPid: String } ],
  [ /^\/dsp\/.*\/transfers/,    { '@context': Array, '@type': 'TransferError',            code: String, reason: Array, consumerPid: String, providerPid: String } ],
  [ /^\/management\/v([34]|1alpha)/,  [{ message: String, type: String, invalidValue: null }] ],
  [ /^\/token/,                 { error: String, error_description: String } ],
  // RFC 9457.
  [ /^/,                        { type: String, title: String, status: Number, code: String, detail: String } ],
]

/** The error body that an endpoint must answer with. */
export const shapeOf = ({ path }: Endpoint): object => shapes.find(([pattern]) => pattern.test(path))?.[1] ?? {}

/** What of an answer or a log shows a secret. */
export const leaks = (...texts: readonly string[]): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (texts.some(text => text.includes(secret)) ? [name] : []))

/** An answer as text, for looking for secrets. */
export const textOf = ({ headers, body }: Reply): string => JSON.stringify([headers, body])
