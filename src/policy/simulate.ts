import { evaluate } from './evaluate.ts'
import type { Report } from './report.ts'
import type { Participant, Policy, PolicyRequest, PolicyState } from './types.ts'

/** What a policy comes to for one participant. */
export interface Simulated {
  readonly participant: string
  readonly report: Report
}

/**
 * Who of these participants could get what the policy guards, and why not the others: those who could come first. Asked as
 * for a contract unless the request says otherwise, so that what only use will show is left open.
 */
export function simulate(
  policy: Policy,
  participants: readonly Participant[],
  state: PolicyState,
  request: Partial<Omit<PolicyRequest, 'participant'>> = {},
): readonly Simulated[] {
  const simulated = participants.map(participant => ({
    participant: participant.id,
    report: evaluate(policy, { action: 'use', stage: 'negotiation', ...request, participant }, state),
  }))
  return [...simulated].sort((one, other) => Number(other.report.permitted) - Number(one.report.permitted))
}
