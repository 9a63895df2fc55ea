import { KontorError, wrongState } from '../errors.ts'
import type { Lane, Runner } from '../process/index.ts'
import { latest } from './rules.ts'
import type { Negotiation, NegotiationStep, TargetedOffer } from './types.ts'

/** Puts a question to the configured webhook: a JSON body out, an answer in. Throws when there is none to be had. */
export type AskWebhook = (question: object) => Promise<WebhookAnswer>

/** What a webhook may answer; `wait` leaves the decision to a person. */
export type WebhookAnswer =
  | { readonly decision: 'approve' | 'wait' }
  | { readonly decision: 'counter'; readonly offer: TargetedOffer }
  | { readonly decision: 'reject'; readonly reason?: string }

/** The work of the lane `ask`: asks the webhook, and makes the move it decides for. */
export function askLane(runner: Runner<Negotiation, NegotiationStep>, ask: AskWebhook | undefined): Lane {
  return async task => {
    const negotiation = await runner.find(task.process.id)
    if (negotiation?.waiting?.whom !== 'webhook' || !ask) return
    const { id, role, state, counterparty, data, waiting } = negotiation
    const offer = latest(data)?.offer
    const answer = await ask({
      negotiation: id,
      role,
      state,
      counterparty,
      dataset: data.datasetId,
      offer,
      reasons: waiting.reasons,
    })
    const step = moveFor(negotiation, answer)
    if (!step) return
    const answered = (now: Negotiation) => {
      // An answer to an older question must not decide about other terms.
      if (now.waiting?.since !== waiting.since || now.data.offers.length !== data.offers.length)
        throw wrongState('The negotiation has moved on since the webhook was asked.')
      return step
    }
    await runner.command(id, 'webhook', answered).catch(ignoreOvertaken)
  }
}

function moveFor({ role }: Negotiation, answer: WebhookAnswer): NegotiationStep | undefined {
  switch (answer.decision) {
    case 'approve':
      return { message: role === 'provider' ? 'agree' : 'accept' }
    case 'counter':
      return { message: role === 'provider' ? 'offer' : 'request', offer: answer.offer }
    case 'reject':
      return { message: 'terminate', reason: [answer.reason ?? 'rejected'] }
    case 'wait':
      return undefined
  }
}

/** The counterparty or a person was faster than the webhook. */
function ignoreOvertaken(error: unknown): void {
  if (!(error instanceof KontorError && error.code === 'wrong-state')) throw error
}
