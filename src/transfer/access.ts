import type { Database } from '../db/index.ts'
import { findAgreement } from '../negotiation/index.ts'
import { type Agreement, evaluate } from '../policy/index.ts'
import { type Claims, findProcess } from '../process/index.ts'
import type { Transfer } from './types.ts'

/** What access to a flow is judged by: nothing of it changes as long as the flow lives. */
interface Grounds {
  readonly agreement: Agreement
  readonly agreedAt: Date
  readonly participant: { readonly id: string; readonly claims: Claims }
}

/** More flows than are fetched from at the same time; the oldest is forgotten first and looked up again when asked for. */
const REMEMBERED = 10_000

/**
 * Says whether data of a flow may be had now, or why not: the agreement's policy is judged anew at every access, since time
 * passes (provider side). The answer is computed from memory; the first one for a flow asks the database.
 */
export function createMayAccess({
  db,
  now,
}: {
  db: Database
  now: () => Date
}): (flowId: string) => Promise<true | string> {
  const remembered = new Map<string, Grounds>()

  async function groundsOf(flowId: string): Promise<Grounds | undefined> {
    const known = remembered.get(flowId)
    if (known) return known
    const transfer = await findProcess<Transfer>(db, 'transfer', flowId)
    const found = transfer && (await findAgreement(db, transfer.data.agreementId, 'provider'))
    if (!found) return undefined
    const participant = { id: transfer.counterparty, claims: transfer.data.claims ?? {} }
    const grounds = { agreement: found.agreement, agreedAt: found.agreedAt, participant }
    const [oldest] = remembered.keys()
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    remembered.set(flowId, grounds)
    return grounds
  }

  return async flowId => {
    const grounds = await groundsOf(flowId)
    if (!grounds) return 'There is no agreement for this transfer.'
    const { agreement, agreedAt, participant } = grounds
    const asked = { action: 'use', participant, stage: 'access' } as const
    const { permitted, reasons } = evaluate(agreement, asked, { now: now(), agreedAt })
    return permitted || `The agreement no longer allows it: ${reasons.join('; ')}.`
  }
}
