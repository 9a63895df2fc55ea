import type { JsonWebKey } from 'node:crypto'
import { fetchBounded } from './fetch-bounded.ts'
import { isObject, type Json, listed, readObject } from './json.ts'
import { malformed } from './refusal.ts'

const MOST_BYTES = 262_144
const WEB = /^did:web:(?<host>(?:[\w.-]|%3A)+)(?<path>(?::[\w.~%-]+)*)$/i
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})$/

/** The host that a `did:web` names, without its port. Throws a 400 for other DIDs. */
export const hostOf = (did: string): string => new URL(addressOf(did)).hostname

/** Where the document of a `did:web` is. This machine is asked by plain HTTP. */
function addressOf(did: string): string {
  const { host, path } = WEB.exec(did)?.groups ?? {}
  if (!host) throw malformed('issuer', did, 'it must be a did:web')
  const authority = decodeURIComponent(host)
  const scheme = LOOPBACK.test(authority.replace(/:\d+$/, '')) ? 'http' : 'https'
  const place = path ? `${path.replaceAll(':', '/')}/did.json` : '/.well-known/did.json'
  return `${scheme}://${authority}${place}`
}

/** Fetches the document of a DID, and checks that it is this one's. */
export async function resolve(did: string): Promise<Json> {
  const url = addressOf(did)
  const document = readObject(await fetchBounded(url, { rule: 'DID', most: MOST_BYTES, accept: 'application/json' }))
  if (document?.id !== did) throw malformed('DID', url, `it does not hold the document of ${did}`)
  return document
}

/** The public key that a document has under an id, if it may sign what its holder asserts. Throws a 400 that says what is missing. */
export function assertionKey(document: Json, kid: string): JsonWebKey & { x5u?: unknown } {
  const did = String(document.id)
  const inFull = (id: unknown) => (typeof id === 'string' && id.startsWith('#') ? did + id : id)
  const methods = [...listed(document.verificationMethod), ...listed(document.assertionMethod)]
  const method = methods.filter(isObject).find(({ id }) => inFull(id) === kid)
  if (!method) throw malformed('kid', kid, 'the DID document has no such verification method')
  const allowed = listed(document.assertionMethod).map(each => inFull(isObject(each) ? each.id : each))
  if (!allowed.includes(kid)) throw malformed('kid', kid, 'it is no assertionMethod of the DID document')
  const key = method.publicKeyJwk
  if (!isObject(key)) throw malformed('kid', kid, 'the verification method has no publicKeyJwk')
  if ('d' in key || 'k' in key) throw malformed('kid', kid, 'the DID document gives a private key away')
  return key
}
