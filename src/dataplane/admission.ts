import { KontorError, unauthenticated } from '../errors.ts'
import type { FlowState, Standing } from './types.ts'

/** Why no data of a flow passes now; nothing means that it may. `generation` is the one that the token or stream is of. */
export function refusalOf(flow: Standing | undefined, generation: number): KontorError | undefined {
  if (flow === undefined) return gone()
  const sentence = sentences[flow.state]
  if (sentence !== undefined) return new KontorError(flow.state, 403, withReason(sentence, flow.reason))
  if (flow.generation !== generation) return unauthenticated(outdated)
  return undefined
}

/**
 * Whether what we know of a flow is older than the token: tokens of this generation are only given out when the flow runs. The consumer
 * was faster than the news that the transfer goes on.
 */
export const isBehind = (flow: Standing, generation: number): boolean =>
  flow.generation < generation || (flow.generation === generation && flow.state === 'suspended')

/** There is no such flow any more. */
export const gone = (): KontorError => unauthenticated('The token is for a transfer that is no longer there.')

const sentences: Readonly<Record<FlowState, string | undefined>> = {
  started: undefined,
  suspended: 'The transfer is suspended',
  terminated: 'The transfer has ended',
  completed: 'The transfer is complete',
}

const outdated = 'The token is from before the transfer was suspended: use the one that came when it started again.'

/** The control plane does not let data of this flow through, for this reason. */
export const notPermitted = (reason: string): KontorError =>
  new KontorError('not-permitted', 403, withReason('The data may not be had at present', reason))

/** The reason is left out where it says the same. */
function withReason(sentence: string, reason: string | null): string {
  const more = reason?.replace(/\.$/, '') ?? ''
  return more === '' || more.toLowerCase() === sentence.toLowerCase() ? `${sentence}.` : `${sentence}: ${more}.`
}
