import { type Agreement, deadlineOf, evaluate, type PolicyState, type RuleReport, ruleAt } from '../../policy/index.ts'
import type { Duty, Obligation, ObligationState } from './types.ts'

/** All duties of an agreement as they stand in this state of the world, whether in effect or not. Pure. */
export function dutiesOf(agreement: Agreement, state: PolicyState): readonly Duty[] {
  const participant = { id: agreement.assignee, claims: {} }
  const judge = (action: string) => evaluate(agreement, { action, participant, stage: 'access' }, state).rules
  /** A prohibition that was broken is judged by what was done, which need not be using the data. */
  const asBroken = (rule: RuleReport): RuleReport =>
    rule.kind === 'prohibition' && rule.performance === 'Performed'
      ? (judge(rule.action).find(({ path }) => path === rule.path) ?? rule)
      : rule
  return judge('use')
    .map(asBroken)
    .flatMap(below)
    .flatMap(report => asDuty(report, agreement, state) ?? [])
}

/** A rule and all that hangs on it. */
const below = (rule: RuleReport): RuleReport[] => [rule, ...rule.duties.flatMap(below)]

function asDuty({ kind, path, action, deontic, activation }: RuleReport, agreement: Agreement, state: PolicyState) {
  if (kind === 'permission' || kind === 'prohibition') return undefined
  const rule = ruleAt(agreement, path)
  const due = deadlineOf(rule, state) ?? null
  return { path, kind, action, rule, state: stateOf(deontic, activation), due } satisfies Duty
}

function stateOf(deontic: RuleReport['deontic'], activation: RuleReport['activation']): ObligationState {
  if (deontic === 'Fulfilled') return 'fulfilled'
  if (deontic === 'Violated') return 'violated'
  return activation === 'Active' ? 'pending' : 'inactive'
}

/** Somebody is reminded so long before something is due, ms. */
const AHEAD = 86_400_000

/** What has changed between what is kept and what is so now. */
export interface Changes {
  readonly changed: readonly Duty[]
  /** Paths of what is to be done within a day and nobody has been reminded of. */
  readonly remind: readonly string[]
  /** When a reminder is due next. */
  readonly next: Date | undefined
}

/** Compares how duties stand with how they are kept. Pure. */
export function compareDuties(kept: readonly Obligation[], duties: readonly Duty[], now: Date): Changes {
  const known = new Map(kept.map(each => [each.path, each]))
  const open = duties.filter(({ state, due, path }) => state === 'pending' && due && !known.get(path)?.remindedAt)
  const reminders = open.map(({ path, due }) => ({ path, at: (due?.getTime() ?? 0) - AHEAD }))
  const later = reminders.map(({ at }) => at).filter(at => at > now.getTime())
  return {
    changed: duties.filter(duty => isChanged(duty, known.get(duty.path))),
    remind: reminders.filter(({ at }) => at <= now.getTime()).map(({ path }) => path),
    next: later.length > 0 ? new Date(Math.min(...later)) : undefined,
  }
}

const isChanged = ({ state, due }: Duty, kept: Obligation | undefined): boolean =>
  kept?.state !== state || kept.due?.getTime() !== due?.getTime()
