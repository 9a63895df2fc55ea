import type { Database } from '../db/index.ts'
import { agreementState, findAgreement } from '../negotiation/index.ts'
import { useLimits } from '../policy/index.ts'
import type { Claims, Lane, Role, Runner } from '../process/index.ts'
import { type Review, review } from './review.ts'
import { findLiveTransfers } from './store.ts'
import type { Transfer, TransferStep } from './types.ts'
import { factsForReview, findUsage } from './usage.ts'

/**
 * Looks again at what is attested about a counterparty: gives the claims that are still good, and when to look next. What it
 * throws means "not to be found out at present": it is asked again.
 */
export type Recheck = (
  counterpartyId: string,
  claims: Claims,
) => Promise<{ readonly claims: Claims; readonly nextCheckAt?: Date | undefined }>

/** The lane of the outbox in which a transfer's next review is due. */
export const WATCH = 'watch'

/** How the journal names who acts here, and the code that counterparties are told. */
const MONITOR = 'policy-monitor'
const CODE = 'policy-not-satisfied'

/**
 * The policy monitor. Each running transfer has one due time in the outbox: when time may change what its agreement permits, or when the
 * counterparty's credentials are to be looked at again. Whoever finds it due judges the agreement anew, and suspends or ends the
 * transfer, or lets it go on; what happens then, and why, is in the journal.
 */
export function createMonitor(given: {
  db: Database
  runner: Pick<Runner<Transfer, TransferStep>, 'find' | 'command' | 'terminate' | 'schedule' | 'amend'>
  recheck: Recheck
  now: () => Date
}): {
  readonly watch: Lane
  readonly changed: Lane
  readonly reviewAll: (agreementId: string, role: Role) => Promise<void>
} {
  const { db, runner, recheck, now } = given

  /** Judges a transfer's agreement by what is so now. As consumer only its retirement is our business: the provider judges the rest. */
  async function judge(transfer: Transfer): Promise<{ found: Review; nextCheckAt?: Date | undefined }> {
    const { role, counterparty, data } = transfer
    const agreement = await findAgreement(db, data.agreementId, role)
    if (!agreement) return { found: { kind: 'ends', reason: 'There is no such agreement any more.' } }
    if (role === 'consumer' && !agreement.retiredAt) return { found: { kind: 'goes-on', until: undefined } }
    const { claims, nextCheckAt } = await recheck(counterparty, data.claims ?? {})
    const limits = useLimits(agreement.agreement)
    const use = limits.any ? factsForReview(await findUsage(db, agreement.id), limits) : {}
    const user = { participant: { id: counterparty, claims }, format: data.format }
    const found = review(agreement, user, { now: now(), ...(await agreementState(db, agreement)), ...use })
    return { found, nextCheckAt }
  }

  async function follow(transfer: Transfer, found: Review): Promise<void> {
    const { id, state, data } = transfer
    const held = state === 'SUSPENDED' && data.heldByPolicy === true
    if (found.kind === 'ends') await runner.terminate(id, MONITOR, found.reason, { report: found.report })
    else if (found.kind === 'rests' && state === 'STARTED')
      await runner.command(id, MONITOR, suspension(found.reason), { report: found.report })
    else if (found.kind === 'goes-on' && held) await runner.command(id, MONITOR, { message: 'start' })
  }

  /** Everything that runs under an agreement is reviewed at once. */
  async function reviewAll(agreementId: string, role: Role): Promise<void> {
    for (const id of await findLiveTransfers(db, agreementId, role)) await runner.schedule(id, WATCH)
  }

  return {
    watch: async task => {
      const transfer = await runner.find(task.process.id)
      if (!transfer || hasEnded(transfer)) return
      const { found, nextCheckAt } = await judge(transfer)
      await follow(transfer, found)
      const next = found.kind === 'ends' ? undefined : earliest(found.until, nextCheckAt)
      if (next) await runner.schedule(transfer.id, WATCH, next)
    },

    /** An agreement was retired, or what its policy depends on has changed: all that runs under it is reviewed at once. */
    changed: async ({ process }) => {
      const { agreement } = process.data as { readonly agreement?: { readonly '@id': string } }
      if (agreement) await reviewAll(agreement['@id'], process.role)
    },

    reviewAll,
  }
}

const suspension = (reason: string): TransferStep => ({ message: 'suspend', code: CODE, reason: [reason] })

/** Whether a step of ours suspends a transfer only until its policy permits it again. */
export const isHold = (step: TransferStep): boolean => step.message === 'suspend' && step.code === CODE

/** Over, or about to be. */
const hasEnded = ({ state, sending }: Transfer): boolean =>
  state === 'TERMINATED' ||
  state === 'COMPLETED' ||
  sending.some(({ step }) => step.message === 'terminate' || step.message === 'complete')

function earliest(...times: (Date | undefined)[]): Date | undefined {
  const known = times.filter(time => time !== undefined).map(time => time.getTime())
  return known.length > 0 ? new Date(Math.min(...known)) : undefined
}
