import type { Check } from '../constraint.ts'
import { builtInOperands, type Operands } from '../operands/index.ts'
import { planOf } from '../plan.ts'
import type { RulePlan } from '../rule.ts'
import { capital, quote } from '../sentences.ts'
import type { Facts, Policy, PolicyState } from '../types.ts'
import { askCondition } from './condition.ts'
import type { Language, LanguageTag } from './language.ts'
import { languages } from './languages.ts'
import { listWords } from './words.ts'

/** Nobody asks: only what the policy itself says matters. */
const nobody: Facts = { action: 'use', participant: { id: '', claims: {} }, now: new Date(0) }

/**
 * What a policy says in plain sentences, one for each rule, before anybody asks it anything.
 *
 *     describePolicy(policy, 'en') // ['Use is permitted: allowed until 31 Dec 2026; member of the data space.']
 */
export function describePolicy(
  policy: Policy,
  tag: LanguageTag = 'en',
  known: Pick<PolicyState, 'policies'> & { readonly operands?: Operands } = {},
): readonly string[] {
  const { operands = builtInOperands, ...state } = known
  const language = languages[tag]
  const plan = planOf(policy, operands, { ...nobody, ...state })
  const rules = [...plan.permissions, ...plan.prohibitions, ...plan.obligations]
  const voids = plan.problems.map(({ message }) => language.voided(message))
  const said = rules.flatMap(rule => describeRule(rule, language, operands))
  const silent = voids.length + said.length === 0 ? [language.noConditions('use')] : []
  return [...voids, ...said, ...silent].map(sentence => `${capital(sentence)}.`)
}

function describeRule(rule: RulePlan, language: Language, operands: Operands): readonly string[] {
  const mood = rule.kind === 'permission' ? 'must' : 'if'
  const say = (checks: readonly Check[]) => checks.map(check => askCondition(check(nobody), mood, language, operands))
  const names = (list: readonly string[]) => listWords(list.map(quote), language)
  const head = [
    language.states[rule.kind](names(rule.actions)),
    rule.assignees.length > 0 ? language.to(names(rule.assignees)) : '',
    rule.targets.length > 0 ? language.about(names(rule.targets)) : '',
  ]
  const conditions = say([...rule.refinements, ...rule.constraints]).join(language.semicolon)
  const own = head.filter(part => part !== '').join(' ') + (conditions && `${language.colon}${conditions}`)
  return [own, ...rule.duties.flatMap(duty => describeRule(duty, language, operands))]
}
