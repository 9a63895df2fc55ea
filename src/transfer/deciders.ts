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

/** The deciders every connector has. */
export const builtInDeciders: readonly TransferDecider[] = [startAgreed]
