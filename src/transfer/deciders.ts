import type { TransferDecider } from './types.ts'

/** Provider: a request under a valid agreement is started at once. Whether it is valid, the rules have settled. */
const startAgreed: TransferDecider = {
  name: 'start-agreed',
  decide: ({ task }) => (task === 'considerRequest' ? { kind: 'move', step: { message: 'start' } } : undefined),
}

/** The deciders every connector has. */
export const builtInDeciders: readonly TransferDecider[] = [startAgreed]
