import type { Outcome, RuleKind, WhyCode } from '../report.ts'

/** The languages in which decisions are explained. */
export type LanguageTag = 'en' | 'fr'

/** Whether a condition is one that must be met, or one under which something is prohibited. */
export type Mood = 'must' | 'if'

/** What one language says. Sentences have no capital letter and no full stop of their own. */
export interface Language {
  readonly tag: LanguageTag
  /** A locale for dates. */
  readonly locale: string
  /** What stands between a question and its answer, and between two sentences. */
  readonly colon: string
  readonly semicolon: string
  readonly answers: Readonly<Record<Outcome, string>>
  readonly whys: Readonly<Record<WhyCode, (about: string) => string>>
  /** How operators read: `recipient` "must be" …, `if recipient` "is" …; for lengths of time and numbers where they differ from dates. */
  readonly operators: Readonly<Record<string, Readonly<Record<Mood, string>>>>
  readonly times: Readonly<Record<string, Readonly<Record<Mood, string>>>>
  readonly logic: Readonly<Record<'and' | 'or' | 'xone' | 'andSequence', string>>
  readonly kinds: Readonly<Record<RuleKind, string>>
  /** What each kind of rule says of its actions, before anybody asks. */
  readonly states: Readonly<Record<RuleKind, (actions: string) => string>>
  to(parties: string): string
  about(targets: string): string
  sinceAgreement(amount: number, unit: 's' | 'm' | 'h' | 'd', mood: Mood): string
  none(): string
  found(values: string): string
  today(date: string): string
  now(time: string): string
  more(count: number): string
  holding(type: string): string
  uses(limit: string): string
  useNumber(number: string): string
  permitted(action: string): string
  refused(action: string): string
  unconditional(action: string): string
  prohibited(action: string): string
  prohibitedIf(action: string, conditions: string): string
  otherAction(kind: RuleKind, wanted: string, asked: string): string
  otherParty(kind: RuleKind, wanted: string, asked: string): string
  otherTarget(kind: RuleKind, wanted: string, asked: string): string
  noAction(kind: RuleKind): string
  duty(action: string, state: 'Fulfilled' | 'Violated' | 'NonSet', before: string | undefined): string
  onlyProhibits(action: string): string
  noConditions(action: string): string
  conflict(strategy: 'perm' | 'prohibit' | 'invalid'): string
  voided(message: string): string
}
