import type { Check } from './constraint.ts'
import type { Found, LeftOperand, Operands } from './operands/index.ts'
import { findOperator, type Operator } from './operators.ts'
import { guessType, readValue, typeOf, type ValueType } from './readers.ts'
import type { ConstraintReport, Outcome, Why } from './report.ts'
import type { Facts } from './types.ts'
import { datatypeName, type Literal, literalsOf, point, type Value } from './values.ts'
import { idOf, listOf, nameOf } from './vocabulary.ts'

/** An atomic constraint whose words are understood. */
interface Atom {
  readonly operand: LeftOperand
  readonly operator: Operator
  readonly type: ValueType
  readonly unit: string | undefined
  readonly status: Value | undefined
  readonly right: (facts: Facts) => readonly Value[] | Why
}

/** A constraint of left operand, operator and right operand made ready; undefined if it lacks one of the first two. */
export function planAtom(constraint: object, operands: Operands): Check | undefined {
  const [left, operator] = [theName(constraint, 'leftOperand'), theName(constraint, 'operator')]
  if (left === undefined || operator === undefined) return undefined
  const written = writtenAs(constraint, left, operator)
  const atom = understand(constraint, left, operator, operands)
  if ('code' in atom) return always(line(written, [], [], 'undetermined', atom))
  const known = { ...written, leftOperand: atom.operand.iri, operator: atom.operator.term }
  return facts => judge(atom, facts, known)
}

/** What keeps a constraint from ever being judged, whatever the facts; undefined if nothing does. */
export function faultOf(constraint: object, operands: Operands): Why | undefined {
  const [left, operator] = [theName(constraint, 'leftOperand'), theName(constraint, 'operator')]
  if (left === undefined || operator === undefined) return { code: 'not-a-constraint' }
  const atom = understand(constraint, left, operator, operands)
  return 'code' in atom ? atom : undefined
}

type Written = Pick<ConstraintReport, 'id' | 'leftOperand' | 'operator' | 'rightOperand'>

function writtenAs(constraint: object, leftOperand: string, operator: string): Written {
  const rightOperand = [...listOf(constraint, 'rightOperand'), ...listOf(constraint, 'rightOperandReference')]
  return { id: idOf(constraint), leftOperand, operator, rightOperand }
}

/** Written out property by property: spreading takes as long as judging. */
const line = (
  { id, leftOperand, operator, rightOperand }: Written,
  left: readonly Value[],
  right: readonly Value[],
  outcome: Outcome,
  why?: Why,
): ConstraintReport => ({ kind: 'constraint', id, leftOperand, left, operator, right, rightOperand, outcome, why })

const always =
  (report: ConstraintReport): Check =>
  () =>
    report

/** The constraint in words that can be judged, or why that cannot be. */
function understand(constraint: object, left: string, operatorName: string, operands: Operands): Atom | Why {
  const operand = operands.find(left)
  const found = findOperator(operatorName)
  if (!operand) return { code: 'unknown-operand', about: left }
  if (!found) return { code: 'unknown-operator', about: operatorName }
  if (!found.types.includes(operand.type)) return { code: 'operator-does-not-fit', about: found.term }
  const literals = rightLiterals(constraint)
  const type = operand.type === 'any' ? typeWanted(found, literals ?? []) : operand.type
  const [unit, ...units] = listOf(constraint, 'unit').map(nameOf)
  if (literals === undefined || type === undefined || units.length > 0) return { code: 'unreadable-value' }
  const right = rightValues(constraint, literals, { operand, operator: found, type, unit })
  const status = readStatus(constraint, type)
  if (typeof right !== 'function' || status === null)
    return typeof right === 'function' ? { code: 'unreadable-value' } : right
  const operator = (found.term === 'eq' && operand.equals && findOperator(operand.equals)) || found
  return { operand, operator, type, unit, status, right }
}

/** The right operand, with `dataType` where it says no type itself; undefined if it is no value. */
function rightLiterals(constraint: object): readonly Literal[] | undefined {
  const [dataType] = listOf(constraint, 'dataType').map(nameOf)
  const literals = literalsOf(listOf(constraint, 'rightOperand'))
  if (dataType === undefined) return literals
  return literals?.map(literal => ({ datatype: datatypeName(dataType), ...literal }))
}

/** An operand of any type is compared as what the right operand is. */
function typeWanted({ ordered }: Operator, literals: readonly Literal[]): ValueType | undefined {
  const types = new Set(literals.map(literal => (ordered ? guessType(literal) : typeOf(literal.datatype))))
  const [type = 'text'] = types
  return types.size > 1 || (ordered && type === 'text') ? undefined : type
}

type Reading = Pick<Atom, 'operand' | 'operator' | 'type' | 'unit'>

function rightValues(constraint: object, literals: readonly Literal[], reading: Reading): Atom['right'] | Why {
  const references = listOf(constraint, 'rightOperandReference').map(nameOf)
  if (references.length > 0) return literals.length > 0 ? { code: 'unreadable-value' } : referred(references, reading)
  if (reading.operand.read) return facts => readAll(literals, reading, facts)
  const values = readAll(literals, reading)
  return 'code' in values ? values : () => values
}

/** The values behind references are given with the facts: nothing is fetched. */
const referred =
  (references: readonly (string | undefined)[], reading: Reading): Atom['right'] =>
  facts => {
    const given = facts.references ?? {}
    const missing = references.find(name => name === undefined || !Object.hasOwn(given, name))
    if (references.includes(undefined) || missing !== undefined)
      return missing === undefined ? { code: 'unknown-reference' } : { code: 'unknown-reference', about: missing }
    const literals = literalsOf(references.map(name => given[name ?? '']))
    return literals === undefined ? { code: 'unreadable-value' } : readAll(literals, reading, facts)
  }

function readAll(
  literals: readonly Literal[],
  { operand, operator, type, unit }: Reading,
  facts?: Facts,
): readonly Value[] | Why {
  const fits = operator.takes === 'one' ? literals.length === 1 : literals.length > 0
  if (!fits) return { code: 'unreadable-value' }
  const values: Value[] = []
  for (const given of literals) {
    const literal = unit === undefined ? given : { unit, ...given }
    const value = facts && operand.read ? operand.read(literal, facts) : readValue(type, literal)
    if (value === undefined) return { code: 'unreadable-value', about: given.text }
    values.push(value)
  }
  return values
}

/** The `status` of a constraint; null if it cannot be read. */
function readStatus(constraint: object, type: ValueType): Value | undefined | null {
  const [status] = literalsOf(listOf(constraint, 'status')) ?? [null]
  if (status === null) return null
  return status && (readValue(type, status) ?? null)
}

function judge(atom: Atom, facts: Facts, written: Written): ConstraintReport {
  const right = atom.right(facts)
  if ('code' in right) return line(written, [], [], 'undetermined', right)
  const { values, why } = withStatus(atom, atom.operand.find(facts, atom))
  if (values === undefined) return line(written, [], right, withoutValue(atom, facts), why)
  const holds = atom.operator.test(values, right, facts)
  if (holds === undefined) return line(written, values, right, 'undetermined', { code: 'no-class' })
  return line(written, values, right, holds ? 'satisfied' : 'unsatisfied', why)
}

/** What is not to be known at this stage is left for a later one. */
const withoutValue = ({ operand }: Atom, { stage }: Facts): Outcome =>
  stage !== undefined && !operand.stages.includes(stage) ? 'deferred' : 'undetermined'

/** A `status` is the value where we have none, and where we count it is what we count on from (ODRL 2.2, 2.5.1). */
function withStatus({ operand, status }: Atom, found: Found): Found {
  if (status === undefined) return found
  if (found.values === undefined) return { values: [status] }
  if (!operand.counts) return found
  return { values: found.values.map(value => add(value, status)) }
}

function add(value: Value, { span: { from = 0 } = point(0) }: Value): Value {
  if (!value.span) return value
  const sum = value.span.from + from
  return { ...value, text: String(sum), span: point(sum) }
}

/** The name under a term, if there is exactly one. */
function theName(constraint: object, term: string): string | undefined {
  const [name, ...more] = listOf(constraint, term)
  return more.length === 0 ? nameOf(name) : undefined
}
