import type { Database } from '../db/index.ts'
import { type AgreementRecord, findAgreement } from '../negotiation/index.ts'
import { type Claims, findProcess } from '../process/index.ts'
import { review } from './review.ts'
import type { Transfer } from './types.ts'

/** What access to a flow is judged by: as long as the flow runs only the policy monitor thinks otherwise, and then it stops the flow. */
interface Grounds {
  readonly agreement: AgreementRecord
  readonly participant: { readonly id: string; readonly claims: Claims }
}

/** More flows than are fetched from at the same time; the oldest is forgotten first and looked up again when asked for. */
const REMEMBERED = 10_000

/** Says whether data of a flow may be had now: true, or the reason why not, as the consumer may be told it. */
export type MayAccess = (flowId: string) => Promise<true | string>

/**
 * Says whether data of a flow may be had now, or why not: the agreement's policy is judged anew at every access, since time
 * passes (provider side). The answer is computed from memory; the first one for a flow asks the database.
 */
export function createMayAccess({ db, now }: { db: Database; now: () => Date }): MayAccess {
  const remembered = new Map<string, Grounds>()

  async function groundsOf(flowId: string): Promise<Grounds | undefined> {
    const known = remembered.get(flowId)
    if (known) return known
    const transfer = await findProcess<Transfer>(db, 'transfer', flowId)
    const agreement = transfer && (await findAgreement(db, transfer.data.agreementId, 'provider'))
    if (!agreement) return undefined
    const grounds = { agreement, participant: { id: transfer.counterparty, claims: transfer.data.claims ?? {} } }
    const [oldest] = remembered.keys()
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    remembered.set(flowId, grounds)
    return grounds
  }

  return async flowId => {
    const grounds = await groundsOf(flowId)
    if (!grounds) return 'There is no agreement for this transfer.'
    const { agreement, participant } = grounds
    const found = review(agreement, participant, { now: now(), agreedAt: agreement.agreedAt })
    return found.kind === 'goes-on' || found.reason
  }
}
