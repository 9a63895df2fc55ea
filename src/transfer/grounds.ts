import type { Database } from '../db/index.ts'
import { type AgreementRecord, agreementState, findAgreement } from '../negotiation/index.ts'
import { type Participant, type PolicyState, type UseLimits, useLimits } from '../policy/index.ts'
import { findProcess } from '../process/index.ts'
import type { Transfer } from './types.ts'
import type { UseFacts } from './usage.ts'

/** What access to a flow is judged by: as long as it runs only the policy monitor learns of changes, and then it stops the flow. */
export interface Grounds {
  readonly format: string
  readonly agreement: AgreementRecord
  readonly participant: Participant
  readonly limits: UseLimits
  /** What the policy is told of the agreement. */
  readonly standing: Pick<PolicyState, 'agreedAt' | 'performances'>
  /** Of the latest access that was let in here: what it was judged by counts for all that are going on. */
  latest: UseFacts | undefined
  /** Accesses going on here. */
  open: number
}

/** More flows than are fetched from at the same time; the oldest is forgotten first and looked up again when asked for. */
const REMEMBERED = 10_000

/** Finds the grounds on which access to a flow is judged: in memory, the first time in the database. */
export function createGrounds(db: Database): (flowId: string) => Promise<Grounds | undefined> {
  const remembered = new Map<string, Grounds>()

  async function lookUp(flowId: string): Promise<Grounds | undefined> {
    const transfer = await findProcess<Transfer>(db, 'transfer', flowId)
    const agreement = transfer && (await findAgreement(db, transfer.data.agreementId, 'provider'))
    if (!agreement) return undefined
    const { counterparty: id, data } = transfer
    const participant = { id, claims: data.claims ?? {} }
    const limits = useLimits(agreement.agreement)
    const standing = await agreementState(db, agreement)
    return { format: data.format, agreement, participant, limits, standing, latest: undefined, open: 0 }
  }

  return async flowId => {
    const known = remembered.get(flowId)
    if (known) return known
    const found = await lookUp(flowId)
    // Whoever asked at the same time may have been faster: of two, one must be everybody's.
    const grounds = remembered.get(flowId) ?? found
    if (!grounds) return undefined
    const [oldest] = remembered.keys()
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest)
    remembered.set(flowId, grounds)
    return grounds
  }
}
