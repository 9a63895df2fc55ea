import { actionName, isKnownAction } from './actions.ts'
import { faultOf } from './atom.ts'
import { english } from './explain/english.ts'
import { exceedsLimits } from './limits.ts'
import { namedUnder } from './match.ts'
import { builtInOperands, type Operands } from './operands/index.ts'
import { planOf } from './plan.ts'
import type { Problem, Why } from './report.ts'
import { quote } from './sentences.ts'
import type { Policy, PolicyState } from './types.ts'
import { isObject, listOf } from './vocabulary.ts'
import { constraintsOf, rulesOf } from './walk.ts'

/**
 * What is wrong with a policy before anybody asks it anything: what is beyond the limits, what makes it void, and every rule
 * or constraint that can never be judged here, each with its place. A policy without problems may still leave things
 * undetermined: that depends on what is known when it is asked.
 *
 *     validatePolicy({ permission: [{ action: 'use', constraint: [{ leftOperand: 'mood', operator: 'eq', rightOperand: 'good' }] }] })
 *     // [{ code: 'unknown-operand', path: '/permission/0/constraint/0', message: 'the left operand mood is not one that can be judged here' }]
 */
export function validatePolicy(
  policy: Policy,
  known: Pick<PolicyState, 'actions' | 'policies'> & { readonly operands?: Operands } = {},
): readonly Problem[] {
  const { operands = builtInOperands, ...state } = known
  const tooMuch = exceedsLimits(policy)
  if (tooMuch) return [tooMuch]
  const facts = { action: 'use', participant: { id: '', claims: {} }, now: new Date(0), ...state }
  const whole = planOf(policy, operands, facts).problems
  if (!isObject(policy)) return whole
  const rules = rulesOf(policy).flatMap(({ node, path }) => ruleProblems(node, path, policy, operands, state.actions))
  const constraints = constraintsOf(policy).flatMap(({ node, path }) => {
    const why: Why | undefined = isObject(node) ? faultOf(node, operands) : { code: 'not-a-constraint' }
    return why ? [problem(why, path)] : []
  })
  return [...whole, ...rules, ...constraints]
}

function ruleProblems(
  rule: unknown,
  path: string,
  policy: object,
  operands: Operands,
  actions: PolicyState['actions'],
): readonly Problem[] {
  if (!isObject(rule)) return []
  const own = listOf(rule, 'action').length > 0 ? rule : policy
  const named = namedUnder(own, 'action', operands)
  if (named.length === 0) return [{ code: 'malformed', path, message: 'the rule names no action' }]
  const names = named.flatMap(({ names: [name] }) => actionName(name ?? ''))
  return names
    .filter(name => !isKnownAction(name, actions))
    .map(name => problem({ code: 'unknown-action', about: name }, `${path}/action`))
}

const problem = ({ code, about }: Why, path: string): Problem => ({
  code,
  path,
  message: english.whys[code](quote(about ?? '')),
})
