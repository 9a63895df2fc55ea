import type { X509Certificate } from 'node:crypto'
import type { Client } from '../http/index.ts'
import { createCache } from '../identity/index.ts'
import type { Chain } from './certificates.ts'
import { crlUrlsOf, readCrl } from './crl.ts'
import { Refusal } from './peers/refusal.ts'
import { readCertificateParts } from './x509.ts'

/** `soft`: what cannot be found out does not count against a certificate. */
export type RevocationRule = 'off' | 'soft' | 'hard'

/** Throws a `Refusal` for a chain, complete to its root, in which a certificate was revoked, or may have been. */
export type DemandUnrevoked = (chain: Chain) => Promise<void>

/** How long a list is relied on at most, ms: most are made once a day, and revocations are rare. */
const KEEP = 3_600_000
/** How long a list that cannot be had is left in peace, ms. */
const MISS = 60_000
/** Answers that are remembered, not lists: some lists have a hundred thousand entries. */
const REMEMBERED = 2_000
/** The largest list that is taken, bytes. */
const LARGEST = 10 * 1_024 * 1_024
/** More places than anybody names. */
const MOST_URLS = 3

/** Looks certificates up in the lists that their authorities publish. */
export function createRevocations(given: {
  request: Client['request']
  rule: RevocationRule
  now: () => Date
}): DemandUnrevoked {
  const { request, rule, now } = given
  const cache = createCache<boolean>({ most: REMEMBERED, now, missFor: MISS })

  async function load(url: string, of: X509Certificate, issuer: X509Certificate) {
    const { status, text } = await request({
      method: 'GET',
      url,
      headers: { accept: 'application/pkix-crl, */*;q=0.1' },
      encoding: 'latin1',
      maxResponse: LARGEST,
    })
    if (status !== 200) throw new Error(`it was answered with ${status}`)
    const { revoked, until } = readCrl(Buffer.from(text, 'latin1'), { of, issuer, url, now: now() })
    return { value: revoked, until: Math.min(until, now().getTime() + KEEP) }
  }

  /** The first list that says something counts. */
  async function isRevoked(of: X509Certificate, issuer: X509Certificate): Promise<boolean> {
    let reason = 'it names no list of revocations'
    for (const url of crlUrlsOf(readCertificateParts(of.raw)).slice(0, MOST_URLS)) {
      try {
        return await cache.get(`${of.fingerprint256} ${issuer.fingerprint256} ${url}`, () => load(url, of, issuer))
      } catch (error) {
        reason = `${url.slice(0, 200)}: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    throw new Refusal('chain-status', `Whether a certificate was revoked cannot be found out: ${reason}.`)
  }

  return async chain => {
    if (rule === 'off') return
    for (const [at, certificate] of chain.entries()) {
      const issuer = chain[at + 1]
      if (issuer === undefined) return
      try {
        if (await isRevoked(certificate, issuer))
          throw new Refusal('chain-revoked', 'A certificate in the chain was revoked by its authority.')
      } catch (error) {
        if (!(error instanceof Refusal) || error.code === 'chain-revoked' || rule === 'hard') throw error
      }
    }
  }
}
