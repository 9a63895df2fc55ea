import type { PremiseReport, Report, RuleReport } from './report.ts'

/** A condition as a compact report has it: what was compared with what, and how it came out. */
export interface CompactCondition {
  /** A left operand, or `party`, `target`, `action`, `and`, `or`, … */
  readonly about: string
  readonly left?: readonly string[]
  readonly operator?: string
  readonly right?: readonly string[]
  readonly outcome: string
  /** Why it could not be told. */
  readonly why?: string
  readonly parts?: readonly CompactCondition[]
}

/** A rule as a compact report has it. */
export interface CompactRule {
  /** JSON pointer into the policy. */
  readonly path: string
  readonly kind: string
  readonly action: string
  readonly outcome: string
  readonly state: string
  readonly conditions?: readonly CompactCondition[]
  readonly duties?: readonly CompactRule[]
}

/** A report as journals keep it: everything that decided, in plain texts, without what can be read off the policy. */
export interface CompactReport {
  readonly permitted: boolean
  readonly reasons: readonly string[]
  readonly conflict?: string
  readonly rules: readonly CompactRule[]
}

/** The report in the form in which it is kept and sent: small, and nothing but JSON. */
export function compact({ permitted, reasons, conflict, rules }: Report): CompactReport {
  return { permitted, reasons, ...(conflict && { conflict }), rules: rules.map(compactRule) }
}

function compactRule({ path, kind, action, outcome, deontic, premises, duties }: RuleReport): CompactRule {
  return {
    path,
    kind,
    action,
    outcome,
    state: deontic,
    ...(premises.length > 0 && { conditions: premises.map(compactCondition) }),
    ...(duties.length > 0 && { duties: duties.map(compactRule) }),
  }
}

function compactCondition(premise: PremiseReport): CompactCondition {
  const { outcome } = premise
  if (premise.kind === 'logical') return { about: premise.operand, outcome, parts: premise.parts.map(compactCondition) }
  const why = premise.why && { why: [premise.why.code, premise.why.about].filter(Boolean).join(' ') }
  if (premise.kind !== 'constraint')
    return { about: premise.kind, left: [premise.found], right: premise.wanted, outcome, ...why }
  const { leftOperand: about, left, operator, right } = premise
  return { about, left: left.map(textOf), operator, right: right.map(textOf), outcome, ...why }
}

const textOf = ({ text }: { readonly text: string }): string => text
