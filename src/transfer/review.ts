import type { AgreementRecord } from '../negotiation/index.ts'
import {
  briefly,
  type CompactReport,
  compact,
  evaluate,
  nextBoundary,
  type Participant,
  type PolicyRequest,
  type PolicyState,
  type Stage,
} from '../policy/index.ts'

/** What becomes of a transfer when its agreement is judged anew. */
export type Review =
  /** It is permitted; time alone changes nothing before `until`. */
  | { readonly kind: 'goes-on'; readonly until: Date | undefined }
  /** Not now, but from `until` on the policy permits it again. */
  | { readonly kind: 'rests'; readonly until: Date; readonly reason: string; readonly report: CompactReport }
  /** Not any more. */
  | { readonly kind: 'ends'; readonly reason: string; readonly report?: CompactReport }

/** More changes than anybody writes into a contract are not looked through for a better time. */
const FURTHEST = 100

/** Who uses data under an agreement, and in which transfer format. */
export interface User {
  readonly participant: Participant
  readonly format: string
}

/** The question that is put to an agreement's policy. */
export const useBy = ({ participant, format }: User, stage: Stage): PolicyRequest => ({
  action: 'use',
  participant,
  stage,
  context: { 'urn:kontor:format': format },
})

/** Whether what runs under an agreement may go on, and no more: for every access to data, where when that changes is not asked. */
export const mayGoOn = ({ agreement, retiredAt }: AgreementRecord, user: User, state: PolicyState): boolean =>
  !retiredAt && evaluate(agreement, useBy(user, 'access'), state).permitted

/** Judges whether what runs under an agreement may go on. Pure: everything it needs to know is handed in. */
export function review(record: AgreementRecord, user: User, state: PolicyState): Review {
  const { agreement, retiredAt, retiredReason } = record
  if (retiredAt) return { kind: 'ends', reason: `The agreement has been retired: ${retiredReason}` }
  const judge = (state: PolicyState) => evaluate(agreement, useBy(user, 'access'), state)
  const report = judge(state)
  const later = (now: Date) => nextBoundary(agreement, { ...state, now })
  if (report.permitted) return { kind: 'goes-on', until: later(state.now) }
  const until = nextPermission(state.now, later, now => judge({ ...state, now }).permitted)
  const reason = `The agreement does not permit it any more: ${briefly(report)}.`
  return until
    ? { kind: 'rests', until, report: compact(report), reason: reason.replace('any more', 'at present') }
    : { kind: 'ends', report: compact(report), reason }
}

/** The next moment from which on a policy permits what it does not permit now, if only time passes. */
function nextPermission(
  from: Date,
  later: (than: Date) => Date | undefined,
  permits: (at: Date) => boolean,
): Date | undefined {
  let at = later(from)
  for (let step = 0; at && step < FURTHEST; step++) {
    if (permits(at)) return at
    at = later(at)
  }
  return undefined
}
