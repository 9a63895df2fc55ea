import { badGateway, KontorError } from '../errors.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { type ReadCredential, readCredential } from './peers/read.ts'
import { Refusal } from './peers/refusal.ts'
import { demandStatus, type Judges, verifyRead } from './peers/verify.ts'
import type { Trusted } from './registry.ts'
import { readable } from './services.ts'
import { shortType } from './vocabulary.ts'

/** What a notary or a clearing house has signed, verified. */
export interface Issued {
  readonly id: string
  readonly issuer: string
  /** Without prefixes. */
  readonly types: readonly string[]
  readonly subject: JsonObject
  readonly validFrom: Date
  readonly validUntil: Date | null
}

/** Verifies something that one of them is said to have signed. Throws `bad-gateway` with what is wrong with it. */
export type VerifyIssued = (jwt: string, by: Trusted) => Promise<Issued>

/** What it is judged by: as credentials of peers are, and by who may issue it. */
export interface IssuedRules extends Judges {
  /** Whether somebody is trusted to issue such types. */
  readonly isTrusted: (issuer: string, by: Trusted, types: readonly string[]) => Promise<boolean>
}

/** Asks first whether the issuer is trusted: what an unknown one names is not looked up. */
export function createVerifyIssued(rules: IssuedRules): VerifyIssued {
  const { isTrusted, olderTypes, now } = rules
  return async (jwt, by) => {
    try {
      const credential = readCredential(jwt, olderTypes)
      const issued = issuedOf(credential)
      const { issuer, types, validUntil } = issued
      if (!(await isTrusted(issuer, by, types))) throw wrong(`${issuer} is not trusted for ${types.join(', ')}.`)
      await verifyRead(credential, rules)
      // No leeway here: what has just been issued and is over would be asked for again at once, and again.
      if (validUntil !== null && validUntil <= now()) throw wrong(`It has expired at ${validUntil.toISOString()}.`)
      return issued
    } catch (error) {
      throw error instanceof KontorError && error.code === 'bad-gateway' ? error : wrong(messageOf(error), error)
    }
  }
}

/** Tells what its issuer has taken back. Where that cannot be found out now it is not: it was not when we got it. */
export const createIsRevoked =
  (rules: Pick<Judges, 'checkStatus'>) =>
  async (jwt: string): Promise<boolean> => {
    try {
      await demandStatus(readCredential(jwt, 'accept'), rules)
      return false
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return error.code === 'revoked'
    }
  }

function issuedOf({ id, issuer, types, subjects, validFrom, validUntil }: ReadCredential): Issued {
  const [subject, ...more] = subjects
  if (id === undefined) throw wrong('It needs an id.')
  if (subject === undefined || more.length > 0) throw wrong('It must have one subject.')
  return { id, issuer, types: types.map(shortType), subject, validFrom, validUntil: validUntil ?? null }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? readable(error.message) : 'It cannot be verified.'

const wrong = (why: string, cause?: unknown): KontorError =>
  badGateway(`The credential cannot be believed. ${why}`, cause === undefined ? {} : { cause })
