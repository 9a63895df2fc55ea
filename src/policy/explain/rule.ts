import type { Operands } from '../operands/index.ts'
import type { MatchReport, PremiseReport, RuleReport } from '../report.ts'
import { quote } from '../sentences.ts'
import { sayCondition } from './condition.ts'
import type { Language, Mood } from './language.ts'
import { listWords } from './words.ts'

/** How a permission or a prohibition was judged, in one sentence: what decided it, and no more. */
export function sayRule(rule: RuleReport, asked: string, language: Language, operands: Operands): string {
  const mood: Mood = rule.kind === 'prohibition' ? 'if' : 'must'
  const telling = rule.premises.filter(premise => premise.outcome === rule.outcome || premise.outcome === 'deferred')
  const conditions = telling.flatMap(premise => sayPremise(premise, rule, mood, language, operands))
  const duties =
    rule.outcome === 'unsatisfied'
      ? []
      : rule.duties.map(duty => sayDuty(duty, mood === 'must' ? asked : undefined, language))
  const said = [...conditions, ...(mood === 'must' ? duties : [])].join(language.semicolon)
  if (mood === 'must') return said || language.unconditional(asked)
  if (said === '') return language.prohibited(asked)
  return rule.premises.some(({ kind }) => kind === 'constraint' || kind === 'logical') &&
    rule.outcome !== 'undetermined'
    ? language.prohibitedIf(asked, said)
    : said
}

/** Whether a duty is done. */
export const sayDuty = ({ action, deontic }: RuleReport, before: string | undefined, language: Language): string =>
  language.duty(quote(action), deontic, before)

function sayPremise(
  premise: PremiseReport,
  rule: RuleReport,
  mood: Mood,
  language: Language,
  operands: Operands,
): readonly string[] {
  if (premise.kind === 'constraint' || premise.kind === 'logical')
    return [sayCondition(premise, mood, language, operands)]
  const parts = premise.parts
    .filter(part => part.outcome === premise.outcome)
    .map(part => sayCondition(part, mood, language, operands))
  if (premise.outcome === 'satisfied' || premise.outcome === 'deferred') return parts
  return parts.length > 0 ? parts : [sayMismatch(premise, rule, language)]
}

function sayMismatch({ kind, wanted, found, why }: MatchReport, rule: RuleReport, language: Language): string {
  if (why) return why.about === undefined ? language.noAction(rule.kind) : language.whys[why.code](quote(why.about))
  const names = listWords(wanted.map(quote), language)
  const say = { action: language.otherAction, party: language.otherParty, target: language.otherTarget }[kind]
  return say(rule.kind, names, quote(found))
}
