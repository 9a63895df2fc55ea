import { X509Certificate } from 'node:crypto'
import type { Client } from '../../http/index.ts'
import { createCache } from '../../identity/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import { type Chain, isKeyOf, readCertificates } from '../certificates.ts'
import { Refusal } from './refusal.ts'

/** A certificate chain has some kilobytes; bytes. */
const largest = 64 * 1024

/** More certificates than any chain has. */
const MOST = 10

/** How long a chain is kept, and a failure, ms: a presentation has several credentials by the same few keys. */
const KEEP = 60_000
const MISS = 10_000
const REMEMBERED = 500

/** Finds the certificate chain of a key. Throws a `Refusal`. */
export type FindChain = (jwk: JsonObject) => Promise<Chain>

/** The chain that a key names, or brings along. */
export function createFindChain({ request, now }: { request: Client['request']; now: () => Date }): FindChain {
  const cache = createCache<Chain>({ most: REMEMBERED, now, missFor: MISS })

  async function load(url: string) {
    const { status, text } = await request({
      method: 'GET',
      url,
      headers: { accept: 'application/x-pem-file, */*;q=0.1' },
      maxResponse: largest,
    })
    if (status !== 200) throw new Error(`it was answered with ${status}`)
    return { value: readCertificates(text), until: now().getTime() + KEEP }
  }

  async function fetch(url: string, jwk: JsonObject): Promise<Chain> {
    const chain = await cache.get(url, () => load(url))
    // Where the address stays when the key changes, we may have that of the former one.
    return chain[0] && isKeyOf(chain[0], jwk) ? chain : cache.renew(url, () => load(url))
  }

  return async jwk => {
    const { x5u, x5c } = jwk
    try {
      return typeof x5u === 'string' ? await fetch(x5u, jwk) : fromList(x5c)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Refusal('chain-unreachable', `The certificates of the key cannot be had: ${why}.`, error)
    }
  }
}

function fromList(x5c: unknown): Chain {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MOST) throw new Error(`the key must name one to ${MOST}`)
  return x5c.map(each => new X509Certificate(Buffer.from(String(each), 'base64')))
}
