import { actionName, isKindOf, isKnownAction, needs } from './actions.ts'
import { type Check, outcomeOf, planConstraints } from './constraint.ts'
import { both, some } from './logic.ts'
import type { Operands } from './operands/index.ts'
import { groupsOf } from './operands/party.ts'
import { isPart } from './operators.ts'
import type { MatchReport, Outcome, Why } from './report.ts'
import type { Facts } from './types.ts'
import { idOf, isObject, listOf, nameOf, termOf } from './vocabulary.ts'

/** Whether the request's party, target or action is one of the rule's. */
export type Match = (facts: Facts) => MatchReport

/** A party, an asset or an action that a rule names, with the refinements that narrow it. */
export interface Named {
  /** What it is called; a collection may have an id and a source, of which either will do. Empty if that cannot be read. */
  readonly names: readonly string[]
  readonly refinements: readonly Check[]
}

type Fits = (name: string, facts: Facts) => Outcome | Why

/** One of those a rule names is enough: a rule with two actions is short for two rules. */
function match(kind: MatchReport['kind'], named: readonly Named[], found: (facts: Facts) => string, fits: Fits): Match {
  const wanted = named.flatMap(({ names }) => names)
  return facts => {
    const each = named.map(one => fitOne(one, facts, fits))
    const outcome = each.length === 1 ? (each[0]?.outcome ?? 'undetermined') : some(each.map(one => one.outcome))
    const best = each.find(one => one.outcome === outcome)
    return { kind, wanted, found: found(facts), parts: best?.parts ?? [], outcome, why: best?.why }
  }
}

const none: readonly never[] = []

function fitOne({ names, refinements }: Named, facts: Facts, fits: Fits) {
  const fit = fitAny(names, facts, fits)
  const own: Outcome = typeof fit === 'string' ? fit : 'undetermined'
  const why = typeof fit === 'string' ? undefined : fit
  if (own === 'unsatisfied' || refinements.length === 0) return { outcome: own, parts: none, why }
  const parts = refinements.map(check => check(facts))
  return { outcome: both(own, outcomeOf(parts)), parts, why }
}

function fitAny(names: readonly string[], facts: Facts, fits: Fits): Outcome | Why {
  let first: Outcome | Why | undefined
  for (const name of names) {
    const fit = fits(name, facts)
    if (fit === 'satisfied') return fit
    first ??= fit
  }
  return first ?? { code: 'unknown-action' }
}

/** Parties: the participant itself, or a collection or group that it belongs to. */
export function planParty(named: readonly Named[]): Match {
  const fits: Fits = (name, facts) =>
    name === facts.participant.id || isPart(facts.participant.id, name, facts.partOf) || groupsOf(facts).includes(name)
      ? 'satisfied'
      : 'unsatisfied'
  return match('party', named, ({ participant }) => participant.id, fits)
}

/** Assets: the one asked for, or a collection that it belongs to. If none is asked for, it is the policy's own. */
export function planTarget(named: readonly Named[], own: string | undefined): Match {
  const asked = ({ target }: Facts) => target ?? own
  const fits: Fits = (name, facts) => {
    const target = asked(facts)
    return target === undefined || target === name || isPart(target, name, facts.partOf) ? 'satisfied' : 'unsatisfied'
  }
  return match('target', named, facts => asked(facts) ?? '', fits)
}

/**
 * Actions: a permission covers what is a kind of its action. A prohibition covers that too, and what needs its action; and
 * one of an action that nobody knows may cover everything.
 */
export function planAction(named: readonly Named[], prohibits: boolean): Match {
  const fits: Fits = (name, facts) => {
    const asked = actionName(facts.action)
    if (isKindOf(asked, name, facts.actions) || (prohibits && needs(asked, name, facts.actions))) return 'satisfied'
    if (!isKnownAction(asked, facts.actions)) return { code: 'unknown-action', about: asked }
    if (prohibits && !isKnownAction(name, facts.actions)) return { code: 'unknown-action', about: name }
    return 'unsatisfied'
  }
  return match('action', named, ({ action }) => actionName(action), fits)
}

/** What a rule names under a term: names, or objects that refine what they name. */
export function namedUnder(rule: object, term: string, operands: Operands): readonly Named[] {
  return listOf(rule, term).map(value => {
    if (!isObject(value)) return { names: [nameOf(value)].filter(isKnown), refinements: [] }
    const inner = [...listOf(value, 'rdf:value'), ...listOf(value, RDF_VALUE), ...listOf(value, 'source')]
    const names = [idOf(value), ...inner.map(nameOf)].filter(isKnown).map(termOf)
    return { names, refinements: planConstraints(listOf(value, 'refinement'), operands) }
  })
}

const isKnown = (name: string | undefined): name is string => name !== undefined

const RDF_VALUE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#value'
