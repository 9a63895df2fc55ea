import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Client } from '../../http/index.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { ask } from '../asking.ts'
import { LIST_LENGTH } from '../credentials/status-list.ts'
import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import { type JwsReasons, leeway, openJws } from './jws.ts'
import { listOf, readStatements, type Statements } from './statements.ts'

/** A status list as it was fetched and verified. */
export interface StatusList {
  /** Who signed it; undefined for one that nobody signed. */
  readonly issuer: string | undefined
  readonly types: readonly string[]
  readonly purposes: readonly string[]
  readonly bits: Buffer
  /** When it ends by its own account, ms since 1970. */
  readonly until: number | undefined
}

/** Lists as they must be, or as some issuers have them: unsigned, or with fewer than 131,072 entries. */
export type StatusRule = 'strict' | 'lenient'

/** Compressed, a list of ten million random entries fits; bytes. */
const largest = 2 * 1024 * 1024
/** Unpacked, 16 million entries; bytes. */
const largestUnpacked = 2 * 1024 * 1024

const silent = { unreachable: 'status-unreachable', tooLarge: 'status-list-too-large' } as const

const reasons: JwsReasons = {
  malformed: 'status-list-invalid',
  algorithm: 'status-list-invalid',
  signature: 'status-list-invalid',
  brings: 'status-list-invalid',
  type: 'status-list-invalid',
  types: ['jwt', 'vc+jwt', 'vc+ld+jwt', 'vc+ld+json+jwt'],
}

const accept = 'application/vc+jwt, application/jwt, application/vc, application/json;q=0.9, */*;q=0.1'
const unzip = promisify(gunzip)

/** Fetches and verifies status list credentials: Bitstring Status List 1.0 and StatusList2021. Throws a `Rejection`. */
export function createFetchStatusList(given: {
  request: Client['request']
  dids: Pick<Dids, 'findKey'>
  rule: StatusRule
  now: () => Date
}): (url: string) => Promise<StatusList> {
  const { request, dids, rule, now } = given

  async function verified(
    text: string,
    body: unknown,
  ): Promise<{ statements: Statements; issuer: string | undefined }> {
    if (isJsonObject(body)) {
      if (rule === 'strict') throw new Rejection('status-list-unsigned', 'The status list is not signed.')
      return { statements: readList(body), issuer: undefined }
    }
    const { header, payload, verify } = openJws(text.trim().replace(/^"(.*)"$/, '$1'), reasons)
    const statements = readList(payload)
    verify(await dids.findKey(statements.issuer, header.kid, 'assertionMethod'))
    return { statements, issuer: statements.issuer }
  }

  return async url => {
    const { status, text, body } = await ask(
      request,
      { method: 'GET', url, headers: { accept }, maxResponse: largest },
      silent,
    )
    if (status !== 200) throw new Rejection('status-unreachable', `The status list ${url} was answered with ${status}.`)
    const { statements, issuer } = await verified(text, body)
    demandCurrent(statements, now())
    const { subject, types, validUntil } = statements
    return {
      issuer,
      types,
      purposes: listOf(subject.statusPurpose).filter(purpose => typeof purpose === 'string'),
      bits: await unpack(subject, rule),
      until: validUntil?.getTime(),
    }
  }
}

/** A status list without issuer is none; those who leave the subject's id out are many. */
function readList(payload: JsonObject): Statements {
  try {
    const statements = readStatements(payload)
    if (!statements.types.some(type => /^(?:BitstringStatusList|StatusList2021)Credential$/.test(type)))
      throw invalid('is a credential of another type')
    return statements
  } catch (error) {
    if (error instanceof Rejection) throw invalid(`cannot be read: ${error.message}`, error)
    throw error
  }
}

function demandCurrent({ validFrom, validUntil }: Statements, now: Date): void {
  const late = validUntil !== undefined && validUntil.getTime() + leeway * 1_000 <= now.getTime()
  const early = validFrom !== undefined && validFrom.getTime() - leeway * 1_000 > now.getTime()
  if (late || early) throw invalid('has expired, or is not valid yet')
}

/** Multibase base64url (`u`, Bitstring Status List 1.0 §2.1), or plain base64 (StatusList2021); GZIP below, which begins with `H` in base64, so that a `u` is unmistakable. */
async function unpack({ encodedList }: JsonObject, rule: StatusRule): Promise<Buffer> {
  if (typeof encodedList !== 'string') throw invalid('has no encodedList')
  const packed = Buffer.from(encodedList.replace(/^u/, ''), 'base64url')
  const bits = await unzip(packed, { maxOutputLength: largestUnpacked }).catch(error => {
    if (error instanceof RangeError)
      throw new Rejection('status-list-too-large', 'The status list grows beyond all measure.')
    throw invalid('cannot be unpacked', error)
  })
  if (bits.length * 8 < LIST_LENGTH && rule === 'strict')
    throw new Rejection('status-list-too-short', `The status list has fewer than ${LIST_LENGTH} entries.`)
  return bits
}

const invalid = (why: string, cause?: unknown): Rejection =>
  new Rejection('status-list-invalid', `The status list ${why}.`, cause)
