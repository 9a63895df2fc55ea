import type { OnRejected } from '../door.ts'
import { Rejection } from '../rejection.ts'
import type { Specialist } from '../specialist.ts'
import { demandCurrent } from './credential.ts'
import type { CheckStatus } from './status.ts'
import type { Trust } from './trust.ts'
import type { Holding, VerifiedCredential } from './types.ts'

/** Claims as they are stored: by us, so they are what they were. */
type Claims = Readonly<Record<string, unknown>>

/** Looks again at what was attested earlier: only what still holds stays. `nextCheckAt` is when that may change without anybody telling us. */
export type Recheck = (counterpartyId: string, claims: Claims) => Promise<{ claims: Claims; nextCheckAt?: Date }>

/** Rechecks by expiry, trust in the issuer, and status lists; nobody's credential service is asked. */
export function createRecheck(given: {
  trust: Trust
  checkStatus: CheckStatus
  onRejected: OnRejected
  now: () => Date
  specialist?: Pick<Specialist, 'recheck'> | undefined
}): Recheck {
  const { trust, checkStatus, onRejected, now, specialist } = given

  async function look(credential: VerifiedCredential) {
    const { issuer, types, status = [], validFrom, validUntil } = credential
    const trusted = trust.typesBy(issuer, types)
    if (trusted.length === 0) throw new Rejection('issuer-not-trusted', `We no longer trust ${issuer}.`)
    const until = validUntil === undefined ? undefined : new Date(validUntil)
    demandCurrent({ validFrom: validFrom === undefined ? undefined : new Date(validFrom), validUntil: until }, now())
    const known = await checkStatus(issuer, status)
    return { credential: { ...credential, types: trusted }, until: Math.min(until?.getTime() ?? Infinity, known) }
  }

  return async (counterpartyId, claims) => {
    const stored = (claims.credentials ?? []) as readonly VerifiedCredential[]
    const holding: Holding[] = []
    for (const credential of stored) {
      try {
        const found =
          credential.by === undefined ? await look(credential) : await specialist?.recheck(credential, stored)
        if (found) holding.push(found)
      } catch (error) {
        if (!(error instanceof Rejection)) throw error
        onRejected({ door: 'recheck', reason: error.code, detail: `Of ${counterpartyId}: ${error.message}` })
      }
    }
    const next = Math.min(...holding.map(({ until }) => until))
    return {
      claims: { ...claims, credentials: holding.map(({ credential }) => credential) },
      ...(Number.isFinite(next) && { nextCheckAt: new Date(next) }),
    }
  }
}
