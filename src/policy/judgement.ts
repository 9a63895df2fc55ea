import type { ConstraintLine, Verdict } from './types.ts'

/** Which kind of rule a constraint stands in, and so how it reads: what must be, or what is prohibited. */
export type Mood = ConstraintLine['rule']

/** What a rule or constraint comes to. */
export interface Judgement {
  readonly verdict: Verdict
  readonly sentence: string
  readonly lines: readonly ConstraintLine[]
}

/** Says that it cannot be judged, and why: nothing that we do not understand may let somebody in. */
export const unknown = (sentence: string): Judgement => ({ verdict: 'unknown', sentence, lines: [] })
