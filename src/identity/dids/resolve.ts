import { Resolver, type ResolverRegistry } from 'did-resolver'
import type { Client } from '../../http/index.ts'
import { createCache } from '../cache.ts'
import { Rejection } from '../rejection.ts'
import { type RelationshipRule, readDocument } from './document.ts'
import { jwkMethod, keyMethod } from './key.ts'
import type { DidDocument, Dids, Method, Relationship } from './types.ts'
import { createWebMethod } from './web.ts'

/** A longer one is none that we want to look up; a `did:jwk` of an RSA key has some 900 characters. */
const longest = 2_048

/** A document that lacks a key that somebody names is fetched again, at most so often; ms. */
const rest = 1_000
/** How long a host that gave no document is left in peace; ms. */
const missFor = 10_000

/**
 * Resolves `did:web`, `did:key` and `did:jwk`. A document is kept for `keepFor` ms, and for another `staleFor` ms while its host
 * cannot be reached; a host that says that it has none is believed at once.
 */
export function createDids(given: {
  request: Client['request']
  /** Hosts whose documents are fetched by plain HTTP. */
  plainHttp: readonly string[]
  relationships?: RelationshipRule
  keepFor: number
  staleFor: number
  now: () => Date
}): Dids {
  const { relationships, keepFor, staleFor, now } = given
  // Without a prototype: `did:constructor:…` must find nothing.
  const registry: ResolverRegistry = Object.create(null)
  const resolver = new Resolver(
    Object.assign(registry, { web: createWebMethod(given), key: keyMethod, jwk: jwkMethod }),
  )
  const cache = createCache<DidDocument>({ most: 1_000, now, missFor, staleFor, isOutage, rest })

  async function fetch(did: string): Promise<DidDocument> {
    const { didDocument, didResolutionMetadata } = await resolver.resolve(did)
    if (didResolutionMetadata.error === 'unsupportedDidMethod')
      throw new Rejection('did-method-unsupported', `We resolve did:web, did:key and did:jwk, not ${did.slice(0, 40)}.`)
    if (didResolutionMetadata.error) throw malformed()
    return readDocument(did, didDocument, relationships)
  }
  const load = (did: string) => async () => ({ value: await fetch(did), until: now().getTime() + keepFor })

  async function resolve(did: string): Promise<DidDocument> {
    if (did.length > longest || !/^did:[a-z\d]+:[^/?#]+$/.test(did)) throw malformed()
    return cache.get(did, load(did))
  }

  async function findMethod(did: string, kid: string | undefined, use: Relationship): Promise<Method> {
    const id = kid === undefined ? undefined : urlOf(did, kid)
    if (id !== undefined && !id.startsWith(`${did}#`))
      throw new Rejection('key-of-another', `The kid names a key that is not one of ${did}.`)
    const fits = (document: DidDocument) => document.methods.find(method => method.id === (id ?? onlyOf(document)))
    const method = fits(await resolve(did)) ?? fits(await cache.renew(did, load(did)))
    if (method === undefined) throw unknownKey(did)
    if (!method.uses.has(use))
      throw new Rejection(
        'key-for-other-use',
        `The DID document of ${did} does not name the key for ${use} (see the setting identity.dcp.relationships).`,
      )
    return method
  }

  return {
    resolve,
    findMethod,
    async findKey(did, kid, use) {
      const { key } = await findMethod(did, kid, use)
      if (key === undefined) throw unknownKey(did)
      return key
    },
    async findService(did, type) {
      const { services } = await resolve(did)
      const service = services.find(({ types }) => types.includes(type))
      if (service === undefined) throw new Rejection('service-missing', `The DID document of ${did} has no ${type}.`)
      return service.endpoint
    },
  }
}

const unknownKey = (did: string) =>
  new Rejection('key-unknown', `The DID document of ${did} has no such key, or none that we can use.`)

/** A kid is a DID URL; some leave out the DID. */
const urlOf = (did: string, kid: string): string => (kid.startsWith('did:') ? kid : `${did}#${kid.replace(/^#/, '')}`)

/** Nobody has to name the only key there is (DCP 1.0, Validating Self-Issued ID Tokens). */
const onlyOf = ({ methods }: DidDocument): string | undefined => (methods.length === 1 ? methods[0]?.id : undefined)

const malformed = () => new Rejection('did-malformed', 'What stands for a DID is none.')

const isOutage = (error: unknown): boolean => error instanceof Rejection && error.code === 'did-unreachable'
