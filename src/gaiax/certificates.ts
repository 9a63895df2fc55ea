import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { KontorError } from '../errors.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { certifiedKey, type PublicJwk } from '../keys/index.ts'
import { breachOf, weaknessOf } from './chain-rules.ts'
import { hasPolicy, readCertificateParts } from './x509.ts'

/** The policy of certificates of extended validation (CA/Browser Forum). */
const EV_POLICY = '2.23.140.1.1'

/** A chain of certificates: the leaf first, then that of each issuer, the root last. */
export type Chain = readonly X509Certificate[]

/** More than any chain has. */
const MOST = 10

const block = /-----BEGIN CERTIFICATE-----[A-Za-z\d+/=\s]+-----END CERTIFICATE-----/g

/** The certificates in a PEM file, in its order. Throws for one that cannot be read. */
export function readCertificates(pem: string): Chain {
  const blocks = pem.match(block) ?? []
  if (blocks.length === 0 || blocks.length > MOST) throw new Error(`there must be one to ${MOST} certificates`)
  return blocks.map(each => new X509Certificate(each))
}

/** Certificates as a PEM file. */
export const writeCertificates = (chain: Chain): string => chain.map(each => each.toString()).join('')

/** Reads a PEM file that a setting names. Throws `configuration`. */
export function readCertificateFile(file: string, setting: string): Chain {
  try {
    return readCertificates(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? `(${cause.code})` : 'as PEM'
    throw misconfigured(`${setting} names ${file}, which cannot be read ${why}.`, cause)
  }
}

/** What is wrong with a chain, by stable codes. */
export type ChainFault =
  | 'chain-key'
  | 'chain-broken'
  | 'chain-authority'
  | 'chain-weak'
  | 'chain-constraints'
  | 'chain-expired'
  | 'chain-not-yet-valid'
  | 'chain-root'
  | 'chain-host'
  | 'chain-policy'

/** What a chain is held against. */
export interface ChainRules {
  /** A JWK that must be the leaf's key. */
  readonly publicJwk: JsonObject
  /** The host that the leaf must be for. */
  readonly host: string
  /** The roots in which it may end; undefined: any. */
  readonly anchors: Chain | undefined
  readonly demandEv: boolean
  readonly now: Date
}

/** The first thing that is wrong with a chain, and a sentence about it; undefined if nothing is. */
export function faultOf(chain: Chain, rules: ChainRules): readonly [code: ChainFault, sentence: string] | undefined {
  const whole = withRoot(chain, rules.anchors)
  for (const [code, check] of checks) {
    const sentence = check(whole, rules)
    if (sentence !== undefined) return [code, sentence]
  }
  return undefined
}

/** All that a chain is held against, each with a sentence about what is wrong; undefined where nothing is. */
export const judgeChain = (
  chain: Chain,
  rules: ChainRules,
): readonly { readonly code: ChainFault; readonly fault: string | undefined }[] => {
  const whole = withRoot(chain, rules.anchors)
  return checks.map(([code, check]) => ({ code, fault: check(whole, rules) }))
}

/** A chain may leave out the root in which it ends: then it is put there, since its word counts for what is below it. The youngest, should there be several. */
export function withRoot(chain: Chain, anchors: Chain | undefined): Chain {
  const last = chain.at(-1)
  if (last === undefined || anchors === undefined || isSelfSigned(last) || anchors.some(each => isSame(each, last)))
    return chain
  const [root] = anchors
    .filter(each => isIssuedBy(last, each))
    .sort((one, other) => Date.parse(other.validTo) - Date.parse(one.validTo))
  return root === undefined ? chain : [...chain, root]
}

type Check = (chain: Chain, rules: ChainRules) => string | undefined

/** What must hold, and what is wrong where it does not. */
const unless = (holds: boolean, sentence: string): string | undefined => (holds ? undefined : sentence)

const checks: readonly (readonly [ChainFault, Check])[] = [
  [
    'chain-key',
    ([leaf], { publicJwk }) =>
      unless(
        leaf !== undefined && isKeyOf(leaf, publicJwk),
        'The first certificate is for another key than the one it is to vouch for.',
      ),
  ],
  [
    'chain-broken',
    (chain, { anchors }) => {
      const last = chain.at(-1)
      const complete = last === undefined || isSelfSigned(last) || anchors?.some(each => isSame(each, last))
      const joined = chain.every((each, at) => {
        const issuer = chain[at + 1]
        return issuer === undefined || isIssuedBy(each, issuer)
      })
      return unless(
        joined && complete === true,
        'The chain is broken: a certificate is not signed by the next one, or the root is missing.',
      )
    },
  ],
  [
    'chain-authority',
    chain =>
      unless(
        chain.slice(1).every(({ ca }) => ca),
        'A certificate in the chain has signed another although it is not that of an authority.',
      ),
  ],
  ['chain-weak', weaknessOf],
  ['chain-constraints', breachOf],
  [
    'chain-expired',
    (chain, { now }) =>
      unless(
        chain.every(each => Date.parse(each.validTo) > now.getTime()),
        'A certificate in the chain has expired.',
      ),
  ],
  [
    'chain-not-yet-valid',
    (chain, { now }) =>
      unless(
        chain.every(each => Date.parse(each.validFrom) <= now.getTime()),
        'A certificate in the chain is not valid yet.',
      ),
  ],
  [
    'chain-root',
    (chain, { anchors }) =>
      unless(
        anchors === undefined || chain.some(each => anchors.some(anchor => isSame(each, anchor))),
        'The chain ends in no root that is trusted.',
      ),
  ],
  [
    'chain-host',
    ([leaf], { host }) => unless(leaf !== undefined && isFor(leaf, host), `The certificate is not for ${host}.`),
  ],
  [
    'chain-policy',
    ([leaf], { demandEv }) =>
      unless(
        !demandEv || (leaf !== undefined && hasPolicy(readCertificateParts(leaf.raw), EV_POLICY)),
        `The certificate is not of extended validation (policy ${EV_POLICY}).`,
      ),
  ],
]

/**
 * The chain of a key among certificates that came in any order: its own, then each issuer's, up to the root. As it was where the key has
 * none among them. What belongs to another chain is left out.
 */
export function orderChain(certificates: Chain, publicJwk: JsonObject): Chain {
  const end = ({ validTo }: X509Certificate) => Date.parse(validTo)
  // Renewed, there may be two for the same key.
  const [leaf] = certificates.filter(each => isKeyOf(each, publicJwk)).sort((one, other) => end(other) - end(one))
  if (leaf === undefined) return certificates
  const ordered = [leaf]
  for (let last: X509Certificate | undefined = leaf; last !== undefined && !isSelfSigned(last); ) {
    const child: X509Certificate = last
    last = certificates.find(each => !ordered.includes(each) && isIssuedBy(child, each))
    if (last !== undefined) ordered.push(last)
  }
  return ordered
}

/** Whether a certificate is for that key. */
export const isKeyOf = (certificate: X509Certificate, jwk: JsonObject): boolean => {
  const key = certifiedKey(jwk)
  return key !== undefined && certificate.publicKey.equals(key)
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

const isSelfSigned = (certificate: X509Certificate): boolean => isIssuedBy(certificate, certificate)

const isSame = (one: X509Certificate, other: X509Certificate): boolean => one.fingerprint256 === other.fingerprint256

const isFor = (leaf: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never', partialWildcards: false }) : leaf.checkIP(host)) !==
  undefined

/** Our own chain must be complete and our key's; what only time mends is told by events. Throws `configuration`. */
export function demandOwnChain(chain: Chain, rules: Pick<ChainRules, 'publicJwk' | 'host'>, file: string): void {
  const time = new Date(Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))))
  const found = faultOf(chain, { ...rules, anchors: undefined, demandEv: false, now: time })
  if (found === undefined || found[0] === 'chain-expired') return
  throw misconfigured(`The certificates in ${file} (gaiaX.certificates) cannot be used: ${found[1]}`)
}

/** When the first certificate of a chain ends. */
export const endOf = (chain: Chain): Date => new Date(Math.min(...chain.map(({ validTo }) => Date.parse(validTo))))

/** Our public key as the DID document shows it: with the URL of its chain. */
export const withChain = (jwk: PublicJwk, x5u: string): PublicJwk => ({ ...jwk, x5u })

const misconfigured = (message: string, cause?: unknown): KontorError =>
  new KontorError('configuration', 500, message, cause === undefined ? {} : { cause })
