import { gunzipSync } from 'node:zlib'
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { assertionKey, resolve } from './dids.ts'
import { fetchBounded } from './fetch-bounded.ts'
import { isObject, type Json, listed, readObject } from './json.ts'
import { against, malformed, type Refusal } from './refusal.ts'
import type { Credential } from './tokens.ts'

const MOST_BYTES = 1_048_576
/** The smallest list that the standard allows, in bytes: 131,072 bits. */
const LEAST_LIST = 16_384

/** Looks up whether a credential was revoked or suspended (Bitstring Status List 1.0). Throws a 409 if it was, a 400 if that cannot be told. */
export async function checkStatus(credential: Credential, now: Date): Promise<void> {
  for (const entry of listed(credential.payload.credentialStatus)) {
    if (!isObject(entry) || entry.type !== 'BitstringStatusListEntry')
      throw malformed('credentialStatus', credential.id, 'only a BitstringStatusListEntry is understood')
    await checkEntry(entry, credential, now)
  }
}

async function checkEntry(entry: Json, { id, issuer }: Credential, now: Date): Promise<void> {
  const { statusListCredential: url, statusListIndex, statusPurpose } = entry
  const fail = (message: string): Refusal => malformed('credentialStatus', id, message)
  const index = Number(statusListIndex)
  if (typeof url !== 'string' || !Number.isSafeInteger(index) || index < 0)
    throw fail('it needs a statusListCredential and a statusListIndex')
  const jwt = await fetchBounded(url, { rule: 'credentialStatus', most: MOST_BYTES, accept: 'application/vc+jwt' })
  const list = await openList(jwt.trim(), issuer, fail)
  const subject = list.credentialSubject
  if (!isObject(subject) || !listed(subject.statusPurpose).includes(statusPurpose))
    throw fail(`the list at ${url} is not about ${String(statusPurpose)}`)
  const until = list.validUntil
  if (typeof until === 'string' && Date.parse(until) <= now.getTime()) throw fail(`the list at ${url} has expired`)
  if (bitOf(subject.encodedList, index, fail)) throw against('credentialStatus', id, `${String(statusPurpose)} is set`)
}

/** A list is signed by whoever issued the credential; with which of its keys is its own business. */
async function openList(jwt: string, issuer: string, fail: (message: string) => Refusal): Promise<Json> {
  try {
    const { kid, alg } = decodeProtectedHeader(jwt)
    const key = assertionKey(await resolve(issuer), kid ?? '')
    const { payload } = await compactVerify(jwt, await importJWK(key as Parameters<typeof importJWK>[0], alg ?? ''))
    const read = readObject(new TextDecoder().decode(payload)) ?? {}
    return isObject(read.vc) ? read.vc : read
  } catch {
    throw fail(`the status list is not signed by ${issuer}`)
  }
}

function bitOf(encoded: unknown, index: number, fail: (message: string) => Refusal): boolean {
  if (typeof encoded !== 'string' || !/^u?[\w-]+$/.test(encoded)) throw fail('the encodedList cannot be read')
  let bits: Buffer
  try {
    bits = gunzipSync(Buffer.from(encoded.replace(/^u/, ''), 'base64url'), { maxOutputLength: 8 * MOST_BYTES })
  } catch {
    throw fail('the encodedList cannot be unpacked')
  }
  if (bits.length < LEAST_LIST) throw fail('the encodedList is shorter than allowed')
  const byte = bits[index >> 3]
  if (byte === undefined) throw fail(`the list has no place ${index}`)
  return ((byte >> (7 - (index & 7))) & 1) === 1
}
