import { gzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { createDids } from '../../../src/identity/dids/index.ts'
import { createCheckSchemas, type SchemaRule } from '../../../src/identity/verifier/schema.ts'
import { createCheckStatus } from '../../../src/identity/verifier/status.ts'
import { createFetchStatusList, type StatusRule } from '../../../src/identity/verifier/status-list.ts'
import { createTrust } from '../../../src/identity/verifier/trust.ts'
import { standingClock } from '../../support/clock.ts'
import { localClient, type Persona, plainHttp, signRaw, webHost } from '../../support/dids.ts'

/** The DID of the verifier. */
export const us = 'did:web:us.example'

/** A holder, an issuer whom we trust for memberships, one whom we do not know, and what we judge them by; a clock that stands still. */
export async function world(
  t: Test,
  {
    rule = 'check',
    statusRule = 'strict',
    statusTime = 10_000,
  }: { rule?: SchemaRule; statusRule?: StatusRule; statusTime?: number } = {},
) {
  const { now, pass } = standingClock('2026-01-01T00:00:00.900Z')
  const host = await webHost(t)
  const { request } = localClient(t)
  const dids = createDids({ request, plainHttp, keepFor: 60_000, staleFor: 0, now })
  const [alice, authority, stranger] = [host.persona('alice'), host.persona('authority'), host.persona('stranger')]
  const trust = createTrust([{ id: authority.did, types: ['MembershipCredential', 'PartnerCredential'] }])
  const fetchList = createFetchStatusList({ request, dids, rule: statusRule, now })
  const checkStatus = createCheckStatus({ fetchList, trust, keepFor: statusTime, staleFor: 20_000, now })
  const checkSchemas = createCheckSchemas({ request, rule, now })
  const judges = { trust, dids, checkSchemas, checkStatus, now }
  return { now, pass, host, request, dids, alice, authority, stranger, trust, judges, checkStatus }
}

export type World = Awaited<ReturnType<typeof world>>

const seconds = (at: Date) => Math.floor(at.getTime() / 1_000)
const daysFrom = (at: Date, days: number) => new Date(at.getTime() + days * 86_400_000)

/** What differs from a perfect membership; `undefined` leaves something out. */
export interface Differences {
  /** In the token's claims. */
  readonly claims?: object
  /** In the credential. */
  readonly vc?: object
  readonly header?: object
  /** Who signs it instead of the authority. */
  readonly by?: Persona
}

/** A membership in the data model 1.1, perfect but for what is given. */
export function membership11(
  { now, alice, authority }: World,
  { claims, vc, header = {}, by = authority }: Differences = {},
) {
  const [from, until] = [daysFrom(now(), -1), daysFrom(now(), 30)]
  const credential = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    id: 'urn:uuid:membership',
    type: ['VerifiableCredential', 'MembershipCredential'],
    issuer: authority.did,
    issuanceDate: from.toISOString(),
    expirationDate: until.toISOString(),
    credentialSubject: { id: alice.did, since: '2020-01-01' },
    ...vc,
  }
  const token = {
    iss: authority.did,
    sub: alice.did,
    jti: 'urn:uuid:membership',
    nbf: seconds(from),
    exp: seconds(until),
  }
  return signRaw(by, header, { ...token, vc: credential, ...claims })
}

/** The same in the data model 2.0. */
export function membership20(
  { now, alice, authority }: World,
  { claims, vc, header, by = authority }: Differences = {},
) {
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: 'urn:uuid:membership',
    type: ['VerifiableCredential', 'MembershipCredential'],
    issuer: { id: authority.did, name: 'The Authority' },
    validFrom: daysFrom(now(), -1).toISOString(),
    validUntil: daysFrom(now(), 30).toISOString(),
    credentialSubject: { id: alice.did, since: '2020-01-01' },
    ...vc,
  }
  return signRaw(by, { typ: 'vc+jwt', ...header }, { ...credential, ...claims })
}

/** What differs from a perfect status list. */
interface ListDifferences extends Differences {
  readonly subject?: object
  readonly set?: readonly number[]
  readonly entries?: number
  /** Instead of a list with these bits. */
  readonly encodedList?: string
}

/** A status list credential, perfect but for what is given. */
export function statusList(
  { now, authority }: World,
  url: string,
  purpose: string,
  given: ListDifferences = {},
): object {
  const { vc, subject, set = [], entries = 131_072 } = given
  const bits = Buffer.alloc(entries / 8)
  for (const index of set) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
  const { encodedList = `u${gzipSync(bits).toString('base64url')}` } = given
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: authority.did,
    validFrom: daysFrom(now(), -1).toISOString(),
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList,
      ...subject,
    },
    ...vc,
  }
}

/** Puts a signed status list on the host; gives the entry by which a credential refers to it. */
export async function putStatusList(
  world: World,
  purpose: string,
  given: ListDifferences = {},
  index: unknown = '5',
): Promise<object> {
  const { host, authority } = world
  const path = `/status/${purpose}`
  const url = host.url + path
  const { by = authority, header, claims } = given
  const credential = statusList(world, url, purpose, given)
  host.put(path, await signRaw(by, { typ: 'vc+jwt', ...header }, { ...credential, ...claims }))
  return entryOf(url, purpose, index)
}

/** A status entry as a credential has it. */
export const entryOf = (url: string, statusPurpose: string, statusListIndex: unknown = '5'): object => ({
  id: `${url}#5`,
  type: 'BitstringStatusListEntry',
  statusPurpose,
  statusListIndex,
  statusListCredential: url,
})

/** A presentation in the data model 1.1, perfect but for what is given. */
export function presentation(
  { now, alice }: World,
  credentials: unknown,
  { claims, vc, header = {}, by = alice }: Differences = {},
) {
  const iat = seconds(now())
  const vp = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    type: 'VerifiablePresentation',
    verifiableCredential: credentials,
    ...vc,
  }
  const token = { iss: alice.did, sub: alice.did, aud: us, jti: 'vp', nbf: iat, iat, exp: iat + 300 }
  return signRaw(by, header, { ...token, vp, ...claims })
}
