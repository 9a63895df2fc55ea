import { builtInOperands, type Operands } from '../operands/index.ts'
import type { Report, RuleReport } from '../report.ts'
import { capital, quote } from '../sentences.ts'
import { english } from './english.ts'
import type { Language, LanguageTag } from './language.ts'
import { languages } from './languages.ts'
import { sayDuty, sayRule } from './rule.ts'

export { describePolicy } from './describe.ts'
export type { LanguageTag } from './language.ts'

type Unexplained = Pick<Report, 'permitted' | 'conflict' | 'action' | 'problems' | 'rules'>

/**
 * A decision in plain sentences: first what it is, then what makes the policy void, then how every prohibition, permission
 * and obligation fell.
 *
 *     explain(report, 'en')
 *     // ['Refused: use.', 'Member of the data space: no, no valid MembershipCredential.']
 */
export function explain(
  report: Report,
  tag: LanguageTag = 'en',
  operands: Operands = builtInOperands,
): readonly string[] {
  const language = languages[tag]
  const asked = quote(report.action)
  const head = report.permitted ? language.permitted(asked) : language.refused(asked)
  const body = report.rules.map(rule => sayAny(rule, asked, language, operands))
  const conflict = report.conflict ? [language.conflict(report.conflict)] : []
  const voids = report.problems.map(({ message }) => language.voided(message))
  const silent = report.problems.length + report.rules.length === 0 ? [language.noConditions(asked)] : []
  return [head, ...voids, ...conflict, ...body, ...silent].map(sentence => `${capital(sentence)}.`)
}

const sayAny = (rule: RuleReport, asked: string, language: Language, operands: Operands): string =>
  rule.kind === 'obligation' ? sayDuty(rule, undefined, language) : sayRule(rule, asked, language, operands)

/** The rules or problems that decided, an English sentence each. */
export function reasonsFor(report: Unexplained, operands: Operands): readonly string[] {
  return decidingSentences(report, operands).map(capital)
}

function decidingSentences(report: Unexplained, operands: Operands): readonly string[] {
  const { permitted, problems, rules, conflict } = report
  const asked = quote(report.action)
  const say = (some: readonly RuleReport[]) => some.map(rule => sayRule(rule, asked, english, operands))
  const permissions = rules.filter(({ kind }) => kind === 'permission')
  const prohibitions = rules.filter(({ kind }) => kind === 'prohibition')
  const against = prohibitions.filter(({ outcome }) => outcome === 'satisfied' || outcome === 'undetermined')
  if (problems.length > 0) return problems.map(({ message }) => english.voided(message))
  if (permitted) return saysYes(permissions, asked, say)
  if (against.length > 0) return [...say(against), ...(conflict === 'invalid' ? [english.conflict(conflict)] : [])]
  return permissions.length > 0 ? say(permissions) : [english.onlyProhibits(asked)]
}

function saysYes(
  permissions: readonly RuleReport[],
  asked: string,
  say: (some: readonly RuleReport[]) => readonly string[],
) {
  const [granted] = permissions.filter(({ activation }) => activation === 'Active')
  return granted ? say([granted]) : [english.noConditions(asked)]
}
