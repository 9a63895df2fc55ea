import { compact, evaluate } from '../policy/index.ts'
import { useBy } from './review.ts'
import type { TransferDecider } from './types.ts'

/** Provider: a request under a valid agreement is started at once. Whether it is valid, the rules have settled. */
const startAgreed: TransferDecider = {
  name: 'start-agreed',
  decide({ task, process, world: { agreement, standing, claims }, now }) {
    if (task !== 'considerRequest') return undefined
    const user = { participant: { id: process.counterparty, claims }, format: process.data.format }
    const report = agreement && evaluate(agreement.agreement, useBy(user, 'transfer'), { now, ...standing })
    return { kind: 'move', step: { message: 'start' }, ...(report && { report: compact(report) }) }
  },
}

/** Provider: a consumer that waits for it is sent a start after its own, with a new token. To others its acknowledgement says enough. */
const answerResumption: TransferDecider = {
  name: 'answer-resumption',
  decide: ({ task, process: { data } }) =>
    task === 'answerResumption' && data.awaitsStart ? { kind: 'move', step: { message: 'start' } } : undefined,
}

/** The deciders every connector has. */
export const builtInDeciders: readonly TransferDecider[] = [startAgreed, answerResumption]
