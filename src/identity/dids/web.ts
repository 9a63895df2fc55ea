import type { DIDResolver } from 'did-resolver'
import type { Client } from '../../http/index.ts'
import { ask } from '../asking.ts'
import { Rejection } from '../rejection.ts'

/** Where the document of a `did:web` DID lies. */
interface WebPlace {
  /** Host name or address, and the port if there is one. */
  readonly host: string
  /** `/.well-known/did.json`, or the DID's own path. */
  readonly path: string
}

const host = /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*(:\d{1,5})?$/i
const segment = /^(?:[\w.-]|%(?!2f|5c|00)[\da-f]{2})+$/i

/** Reads a `did:web` DID (did:web §3.2): undefined for any other, and for one that no web address can be made of. */
export function placeOf(did: string): WebPlace | undefined {
  const [, name = '', rest = ''] = /^did:web:([^:/?#]+)((?::[^:/?#]+)*)$/.exec(did) ?? []
  const decoded = name.replace(/%3a/i, ':')
  const segments = rest.split(':').slice(1)
  const usable = host.test(decoded) && segments.every(each => segment.test(each) && !/^(\.|%2e){1,2}$/i.test(each))
  if (!usable) return undefined
  const folder = segments.length === 0 ? '/.well-known' : `/${segments.join('/')}`
  return { host: decoded, path: `${folder}/did.json` }
}

/** A DID document is far smaller; bytes. */
const largest = 128 * 1024

const silent = { unreachable: 'did-unreachable', tooLarge: 'did-document-invalid' } as const

/**
 * `did:web`, fetched by the guarded client: HTTPS, except from hosts that `plainHttp` names (without ports), and only from
 * addresses that may be called. A redirect is not followed: the DID names its host, and nobody else may answer for it.
 */
export function createWebMethod({
  request,
  plainHttp,
}: {
  request: Client['request']
  plainHttp: readonly string[]
}): DIDResolver {
  const plain = new Set(plainHttp)

  return async did => {
    const place = placeOf(did)
    if (place === undefined) throw new Rejection('did-malformed', 'The did:web DID names no web address.')
    const scheme = plain.has(place.host.replace(/:\d+$/, '').toLowerCase()) ? 'http' : 'https'
    const { status, body } = await ask(
      request,
      { method: 'GET', url: `${scheme}://${place.host}${place.path}`, maxResponse: largest },
      silent,
    )
    if (status >= 300 && status < 400)
      throw new Rejection('did-redirected', `The host of ${did} answered with a redirect, which is not followed.`)
    if (status >= 500 || status === 429)
      throw new Rejection('did-unreachable', `The host of ${did} answered ${status}.`)
    if (status !== 200) throw new Rejection('did-not-found', `The host of ${did} answered ${status}.`)
    if (typeof body !== 'object' || body === null)
      throw new Rejection('did-document-invalid', `What the host of ${did} answered is no JSON object.`)
    // Whether it is a DID document is judged by the one who asked.
    return { didResolutionMetadata: {}, didDocumentMetadata: {}, didDocument: body as { id: string } }
  }
}
