import { randomInt } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { dateTime, type Profile, seconds, type Unsigned, VC11, VC20 } from './profiles.ts'

/** What a status list tells of: a revoked credential stays revoked, a suspended one may come back. */
export type StatusPurpose = 'revocation' | 'suspension'

/** How many credentials one list tells of, in bits: no fewer are allowed, so that one cannot be told from the others by its list. */
export const LIST_LENGTH = 131_072

/** A list in which nothing is set. */
export const emptyList = (): Buffer => Buffer.alloc(LIST_LENGTH / 8)

/** The bit at an index; the first is the leftmost (Bitstring Status List 1.0 §2.2). */
export const bitAt = (bits: Uint8Array, index: number): boolean =>
  (((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1

/** The same list with one bit set or not. */
export function withBit(bits: Uint8Array, index: number, on: boolean): Buffer {
  const changed = Buffer.from(bits)
  const mask = 0x80 >> (index & 7)
  const byte = changed[index >> 3] ?? 0
  changed[index >> 3] = on ? byte | mask : byte & ~mask
  return changed
}

/** An index that nobody has yet, at random: in order they would tell who joined before whom. Undefined when too few are left to find one soon. */
export function drawIndex(taken: Uint8Array, draw: (below: number) => number = randomInt): number | undefined {
  for (let attempt = 0; attempt < 100; attempt++) {
    const index = draw(LIST_LENGTH)
    if (!bitAt(taken, index)) return index
  }
  return undefined
}

/** A status list as it is published. */
export interface PublishedList {
  /** Its own URL. */
  readonly url: string
  /** A DID. */
  readonly issuer: string
  readonly purpose: StatusPurpose
  readonly bits: Uint8Array
  readonly from: Date
  /** Verifiers ask again after that (DCP 1.0, profiles: not `ttl`, but `validUntil`). */
  readonly until: Date
}

/** The list itself, beside the credential that is about it. */
const subjectOf = (url: string): string => `${url}#list`

const claimsOfToken = ({ url, issuer, from, until }: PublishedList) => ({
  iss: issuer,
  sub: subjectOf(url),
  jti: url,
  iat: seconds(from),
  nbf: seconds(from),
  exp: seconds(until),
})

/** StatusList2021 (W3C Working Draft of 27 April 2023) in a credential of the data model 1.1. */
function statusList2021(list: PublishedList): Unsigned {
  const { url, issuer, purpose, bits, from, until } = list
  const vc = {
    '@context': [VC11, 'https://w3id.org/vc/status-list/2021/v1'],
    id: url,
    type: ['VerifiableCredential', 'StatusList2021Credential'],
    issuer,
    issuanceDate: dateTime(from),
    expirationDate: dateTime(until),
    credentialSubject: {
      id: subjectOf(url),
      type: 'StatusList2021',
      statusPurpose: purpose,
      encodedList: gzipSync(bits).toString('base64'),
    },
  }
  return { header: { typ: 'JWT' }, payload: { ...claimsOfToken(list), vc } }
}

/** Bitstring Status List 1.0 in a credential of the data model 2.0; `u` says base64url without padding. */
function bitstringStatusList(list: PublishedList): Unsigned {
  const { url, issuer, purpose, bits, from, until } = list
  const vc = {
    '@context': [VC20],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: dateTime(from),
    validUntil: dateTime(until),
    credentialSubject: {
      id: subjectOf(url),
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  }
  return { header: { typ: 'vc+jwt', cty: 'vc' }, payload: { ...claimsOfToken(list), ...vc } }
}

/** How the status list of each profile is written. */
export const writeStatusList: Readonly<Record<Profile, (list: PublishedList) => Unsigned>> = {
  'vc11-sl2021/jwt': statusList2021,
  'vc20-bssl/jwt': bitstringStatusList,
}
