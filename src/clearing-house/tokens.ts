import type { JsonWebKey } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, errors, importJWK } from 'jose'
import { type Anchors, checkChain, checkLeaf } from './chain.ts'
import { assertionKey, hostOf, resolve } from './dids.ts'
import { fetchBounded } from './fetch-bounded.ts'
import { isObject, type Json, listed, readObject } from './json.ts'
import { malformed } from './refusal.ts'

const ALGORITHMS = ['PS256', 'PS384', 'PS512', 'RS256', 'ES256', 'ES384']
const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2'
const MOST_CHAIN_BYTES = 65_536
/** Clocks differ by so much, ms. */
const LEEWAY = 60_000

/** What the words of a header must be, the ones of 2024 included. */
const words = {
  vc: {
    typ: ['vc+jwt', 'vc+ld+json+jwt', 'vc+ld+jwt'],
    cty: ['vc', 'vc+ld', 'vc+ld+json'],
    type: 'VerifiableCredential',
  },
  vp: {
    typ: ['vp+jwt', 'vp+ld+json+jwt', 'vp+ld+jwt'],
    cty: ['vp', 'vp+ld', 'vp+ld+json'],
    type: 'VerifiablePresentation',
  },
} as const

type Form = keyof typeof words

/** A credential or presentation whose signature, issuer, certificates and dates are in order. */
export interface Verified {
  readonly id: string
  /** The DID that signed it. */
  readonly issuer: string
  readonly types: readonly string[]
  readonly payload: Json
}

/** A credential with its subjects. */
export interface Credential extends Verified {
  readonly subjects: readonly Json[]
}

/** What a verification needs to know. Documents and chains that were fetched are kept for as long as it lasts. */
export interface Desk {
  readonly anchors: Anchors
  readonly now: Date
  readonly kept: Map<string, Promise<unknown>>
}

/** A desk at which one submission is looked at. */
export const openDesk = (anchors: Anchors, now: Date): Desk => ({ anchors, now, kept: new Map() })

/** Verifies a presentation (`vp+jwt`). Throws a 400 or 409 that names what is wrong. */
export const verifyPresentation = (jwt: string, desk: Desk): Promise<Verified> => verify(jwt, 'vp', desk)

/** Verifies a credential (`vc+jwt`). Throws a 400 or 409 that names what is wrong. */
export async function verifyCredential(jwt: string, desk: Desk): Promise<Credential> {
  const verified = await verify(jwt, 'vc', desk)
  const { id, payload } = verified
  const subjects = listed(payload.credentialSubject)
  if (subjects.length === 0) throw malformed('credentialSubject', id, 'there is none')
  return { ...verified, subjects: subjects.map(subject => checkedSubject(subject, id)) }
}

function checkedSubject(subject: unknown, credential: string): Json {
  if (!isObject(subject) || typeof subject.id !== 'string')
    throw malformed('credentialSubject', credential, 'each must be an object with an id')
  if (subject.id === credential)
    throw malformed('credentialSubject', credential, 'its id must differ from that of the credential')
  return subject
}

async function verify(jwt: string, form: Form, desk: Desk): Promise<Verified> {
  const { kid, iss, alg } = readHeader(jwt, form)
  const document = await once(desk, iss, () => resolve(iss))
  const key = assertionKey(document, kid)
  await checkCertificates(key, { kid, iss }, desk)
  const payload = await openSigned(jwt, { key, kid, alg })
  return checkPayload(payload, { form, iss, now: desk.now })
}

function readHeader(jwt: string, form: Form): { kid: string; iss: string; alg: string } {
  let header: Json
  try {
    header = decodeProtectedHeader(jwt) as Json
  } catch {
    throw malformed('JWS', form, `a ${form}+jwt in compact form is expected`)
  }
  const { alg, typ, cty, iss, kid } = header
  const { typ: typs, cty: ctys } = words[form]
  const fail = (name: string, must: string) => malformed(`header ${name}`, String(kid ?? iss ?? form), must)
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg))
    throw fail('alg', `must be one of ${ALGORITHMS.join(', ')}, not ${JSON.stringify(alg)}`)
  if (!typs.includes(typ as never)) throw fail('typ', `must be ${typs[0]}, not ${JSON.stringify(typ)}`)
  if (!ctys.includes(cty as never)) throw fail('cty', `must be ${ctys[0]}, not ${JSON.stringify(cty)}`)
  if (typeof iss !== 'string') throw fail('iss', 'must be the DID of the issuer')
  if (typeof kid !== 'string' || !kid.startsWith(`${iss}#`)) throw fail('kid', `must be a key of ${iss}`)
  return { alg, iss, kid }
}

async function checkCertificates(
  key: JsonWebKey & { x5u?: unknown },
  { kid, iss }: { kid: string; iss: string },
  desk: Desk,
): Promise<void> {
  const { x5u } = key
  if (typeof x5u !== 'string') throw malformed('x5u', kid, 'the publicKeyJwk names no certificate chain')
  const leaf = await once(desk, `chain ${x5u}`, async () => {
    const accept = 'application/pem-certificate-chain, application/x-pem-file, text/plain'
    return checkChain(await fetchBounded(x5u, { rule: 'x5u', most: MOST_CHAIN_BYTES, accept }), desk.anchors, desk.now)
  })
  await checkLeaf(leaf, hostOf(iss), key)
}

async function openSigned(jwt: string, given: { key: JsonWebKey; kid: string; alg: string }): Promise<Json> {
  const { key, kid, alg } = given
  try {
    const imported = await importJWK(key as Parameters<typeof importJWK>[0], alg)
    const { payload } = await compactVerify(jwt, imported, { algorithms: ALGORITHMS })
    const read = readObject(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    if (read) return read
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      throw malformed('signature', kid, 'it is not made with this key, or what it signs was changed')
    throw malformed('signature', kid, `it cannot be verified with this key and ${alg}`)
  }
  throw malformed('payload', kid, 'it is no JSON object')
}

function checkPayload(payload: Json, given: { form: Form; iss: string; now: Date }): Verified {
  const { form, iss, now } = given
  const { type } = words[form]
  const id = payload.id
  const fail = (rule: string, message: string) => malformed(rule, String(id ?? type), message)
  for (const claim of ['vc', 'vp']) if (claim in payload) throw fail('payload', `it must not have a claim ${claim}`)
  if (typeof id !== 'string' || !URL.canParse(id)) throw fail('id', 'it must be an absolute URL')
  if (listed(payload['@context'])[0] !== CREDENTIALS) throw fail('@context', `the first must be ${CREDENTIALS}`)
  const types = listed(payload.type).filter(each => typeof each === 'string')
  if (!types.includes(type)) throw fail('type', `${type} must be among them`)
  const { issuer } = payload
  if ((isObject(issuer) ? issuer.id : issuer) !== iss) throw fail('issuer', `it must be ${iss}, as in the header`)
  checkDates(payload, { fail, now })
  return { id, issuer: iss, types, payload }
}

function checkDates(
  { validFrom, validUntil, exp }: Json,
  { fail, now }: { fail: (rule: string, message: string) => Error; now: Date },
): void {
  const from = instant(validFrom)
  if (from === undefined) throw fail('validFrom', 'it must be a date and time')
  if (from > now.getTime() + LEEWAY) throw fail('validFrom', `it is valid only from ${String(validFrom)}`)
  const until = instant(validUntil)
  if (validUntil !== undefined && until === undefined) throw fail('validUntil', 'it must be a date and time')
  if (until !== undefined && until <= now.getTime()) throw fail('validUntil', `it has expired at ${String(validUntil)}`)
  if (typeof exp === 'number' && exp * 1000 <= now.getTime()) throw fail('exp', 'the signature has expired')
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

function instant(value: unknown): number | undefined {
  const time = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function once<T>({ kept }: Desk, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key) as Promise<T> | undefined
  if (known) return known
  const made = make()
  kept.set(key, made)
  return made
}

/** The credentials in the envelopes of a presentation, as tokens. Throws a 400 for anything else in it. */
export function envelopesOf({ id, payload }: Verified): readonly string[] {
  const enclosed = listed(payload.verifiableCredential)
  if (enclosed.length === 0) throw malformed('verifiableCredential', id, 'there must be at least one')
  return enclosed.map((each, index) => {
    const [, jwt] =
      /^data:application\/vc(?:\+ld)?(?:\+json)?\+jwt[,;]([\w-]+\.[\w-]+\.[\w-]+)$/.exec(
        isObject(each) && typeof each.id === 'string' ? each.id : '',
      ) ?? []
    if (jwt === undefined || !isObject(each) || !listed(each.type).includes('EnvelopedVerifiableCredential'))
      throw malformed(
        'verifiableCredential',
        `${id} [${index}]`,
        'it must be an EnvelopedVerifiableCredential with a data:application/vc+jwt URL as its id',
      )
    return jwt
  })
}
