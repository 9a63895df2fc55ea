import { forbids, grants } from './evaluate.ts'
import type { PremiseReport, Report, RuleReport } from './report.ts'

/**
 * Why something is not permitted, as somebody else may be told: which conditions are not met, and nothing of what we know
 * about anybody. The whole report is for the journal.
 *
 *     briefly(report) // 'not permitted because of dateTime'
 */
export function briefly({ permitted, problems, rules }: Report): string {
  if (permitted) return 'permitted'
  const [problem] = problems
  if (problem) return `not permitted because of the policy itself: ${problem.message}`
  const names = [...new Set(rules.flatMap(conditionsAgainst))]
  return names.length > 0 ? `not permitted because of ${names.join(', ')}` : 'not permitted by any rule'
}

/** The names of what stands against it in a rule. */
function conditionsAgainst(rule: RuleReport): readonly string[] {
  if (rule.kind === 'prohibition')
    return forbids(rule) ? namesIn(rule.premises.filter(isCondition), ['satisfied', 'undetermined']) : []
  if (rule.kind !== 'permission' || grants(rule, {})) return []
  const undone = rule.duties.filter(({ deontic, outcome }) => deontic !== 'Fulfilled' && outcome !== 'unsatisfied')
  const duties = undone.map(({ action }) => `the duty to ${shorten(action)}`)
  return [...namesIn(rule.premises, ['unsatisfied', 'undetermined']), ...duties]
}

function namesIn(premises: readonly PremiseReport[], outcomes: readonly PremiseReport['outcome'][]): readonly string[] {
  return premises.flatMap(premise => {
    if (!outcomes.includes(premise.outcome)) return []
    if (premise.kind === 'logical') return namesIn(premise.parts, outcomes)
    return premise.kind === 'constraint' ? [shorten(premise.leftOperand)] : [`the ${premise.kind}`]
  })
}

/** That party, target and action are those of a prohibition is no reason: its conditions are, if it has any. */
const isCondition = ({ kind }: PremiseReport): boolean => kind === 'constraint' || kind === 'logical'

const shorten = (name: string): string => name.replace(/^.*[/#:]/, '')
