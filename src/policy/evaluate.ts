import { judgeConstraints } from './constraint.ts'
import { type Judgement, type Mood, unknown } from './judgement.ts'
import { quote } from './sentences.ts'
import type { Facts, Policy, PolicyRequest, PolicyState, Report } from './types.ts'
import { besidesUse, listOf, nameOf, termOf } from './vocabulary.ts'

/**
 * Whether a policy permits what is asked, and why. A prohibition that holds forbids; otherwise one permission for the
 * action must hold. A policy with neither permits everything, as the EDC's unrestricted policy does. What we cannot
 * judge never opens a door: not in a permission, not in a prohibition. Obligations are recorded with the policy and
 * not judged: they are for the time after.
 *
 *     evaluate({ permission: [{ action: 'use' }] }, { action: 'use', participant: { id: 'did:web:a', claims: {} } }, { now: new Date() })
 *     // { permitted: true, reasons: ['use is permitted without conditions'], lines: [] }
 */
export function evaluate(policy: Policy, request: PolicyRequest, state: PolicyState): Report {
  const facts: Facts = { ...request, ...state }
  const prohibitions = listOf(policy, 'prohibition').map(rule => judgeProhibition(rule, facts))
  const permissions = listOf(policy, 'permission').map(rule => judgePermission(rule, facts))
  const lines = [...prohibitions, ...permissions].flatMap(judgement => judgement.lines)
  return { ...decide(prohibitions, permissions, termOf(request.action)), lines }
}

function decide(
  prohibitions: readonly Judgement[],
  permissions: readonly Judgement[],
  action: string,
): Omit<Report, 'lines'> {
  const against = prohibitions.filter(({ verdict }) => verdict !== 'fails')
  if (against.length > 0) return { permitted: false, reasons: against.map(({ sentence }) => sentence) }
  if (permissions.length > 0) return decideByPermissions(permissions)
  if (prohibitions.length === 0) return { permitted: true, reasons: [`the policy sets no conditions on ${action}`] }
  return { permitted: false, reasons: [`the policy only prohibits: nothing in it permits ${action}`] }
}

function decideByPermissions(permissions: readonly Judgement[]): Omit<Report, 'lines'> {
  const [granted] = permissions.filter(({ verdict }) => verdict === 'holds')
  if (granted) return { permitted: true, reasons: [granted.sentence] }
  return { permitted: false, reasons: permissions.map(({ sentence }) => sentence) }
}

function judgePermission(rule: unknown, facts: Facts): Judgement {
  const [asked, action] = [termOf(facts.action), actionOf(rule)]
  if (!isObject(rule) || action === undefined) return unknown('a permission names no action that can be judged here')
  if (action !== asked)
    return { verdict: 'fails', sentence: `a permission is for ${quote(action)}, not for ${asked}`, lines: [] }
  // A duty of a permission is its pre-condition (ODRL 2.2, 2.6.3): unjudged, it cannot count as fulfilled.
  const [duty] = listOf(rule, 'duty')
  if (duty !== undefined)
    return unknown(`${asked} depends on the duty ${quote(actionOf(duty))}, which cannot be judged here`)
  return judgeRule(rule, facts, 'permission', `${asked} is permitted without conditions`)
}

function judgeProhibition(rule: unknown, facts: Facts): Judgement {
  const [asked, action] = [termOf(facts.action), actionOf(rule)]
  if (!isObject(rule) || action === undefined) return unknown('a prohibition names no action that can be judged here')
  if (asked === 'use' && besidesUse.has(action))
    return { verdict: 'fails', sentence: `the prohibition of ${quote(action)} is for the user to keep`, lines: [] }
  if (action !== asked)
    return unknown(`whether the prohibition of ${quote(action)} forbids ${asked} cannot be judged here`)
  const judgement = judgeRule(rule, facts, 'prohibition', `${asked} is prohibited`)
  const conditional = judgement.lines.length > 0 && judgement.verdict !== 'unknown'
  return conditional ? { ...judgement, sentence: `${asked} is prohibited if ${judgement.sentence}` } : judgement
}

function judgeRule(rule: object, facts: Facts, mood: Mood, unconditional: string): Judgement {
  // Parties of a single rule narrow it in a way that only a full ODRL engine sorts out.
  if (listOf(rule, 'assignee').length > 0) return unknown(`a ${mood} with an assignee of its own cannot be judged here`)
  const constraints = listOf(rule, 'constraint')
  if (constraints.length === 0) return { verdict: 'holds', sentence: unconditional, lines: [] }
  return judgeConstraints(constraints, facts, mood)
}

/** The action of a rule. */
function actionOf(rule: unknown): string | undefined {
  const [action, ...more] = isObject(rule) ? listOf(rule, 'action') : []
  return more.length === 0 ? nameOf(action) : undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
