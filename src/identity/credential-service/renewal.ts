import type { Transaction } from '../../db/index.ts'
import type { Job } from '../../process/index.ts'
import type { Holding } from './given.ts'
import { findRenewal, findRequest } from './request-store.ts'
import { firstEnd } from './wallet-store.ts'

/** The kind of job that asks for credentials again before they end. */
const RENEWAL = 'credential-renewal'

/** How often a renewal that has failed is begun anew, ms. */
const AGAIN = 3_600_000

/** When credentials are renewed: so many ms before they end, but not in the first half of their life. */
export function renewalAt({ from, until }: { from: Date; until: Date }, renewBefore: number): Date {
  const half = (from.getTime() + until.getTime()) / 2
  return new Date(Math.max(half, until.getTime() - renewBefore))
}

/** Has the credentials of a request renewed before the first of them ends. */
export async function scheduleRenewal(tx: Transaction, { jobs, wallet }: Holding, requestId: string): Promise<void> {
  const life = await firstEnd(tx, requestId)
  if (!life) return
  const due = renewalAt(life, wallet.renewBefore)
  await jobs.ask(tx, { kind: RENEWAL, key: requestId, queue: RENEWAL, due })
}

/** Renews what is about to end, until it is issued anew, the issuer refuses, or it has ended. */
export function serveRenewal(given: Holding, begin: (tx: Transaction, renews: string) => Promise<void>): void {
  const { db, jobs, now, events } = given

  async function renew({ key }: Job): Promise<Date | undefined> {
    const request = await findRequest(db, key)
    const life = await firstEnd(db, key)
    if (!request || !life || life.until <= now()) return undefined
    const renewal = await findRenewal(db, key)
    if (renewal?.state === 'ISSUED' || renewal?.state === 'REJECTED') return undefined
    if (!renewal || renewal.state === 'FAILED') {
      await db.transaction(tx => begin(tx, key))
      events.wallet({ what: 'renewal', peer: request.issuer, request: key })
    }
    return new Date(Math.min(now().getTime() + AGAIN, life.until.getTime()))
  }

  jobs.serve(RENEWAL, renew)
}
