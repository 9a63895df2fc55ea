import type { LogicalReport, Outcome } from './report.ts'

type Combine = (outcomes: readonly Outcome[]) => Outcome

/** What decides where several are needed, the strongest first. */
const strength: readonly Outcome[] = ['unsatisfied', 'undetermined', 'deferred', 'satisfied']

/**
 * What two that are both needed come to. What is undetermined decides nothing where the other has decided already. What is
 * deferred is passed over where the other decides; what cannot be known outweighs what is not to be known yet.
 */
export const both = (one: Outcome, other: Outcome): Outcome =>
  one === other || strength.indexOf(one) < strength.indexOf(other) ? one : other

const all: Combine = outcomes => outcomes.reduce(both, 'satisfied')

/** One of them is enough. */
export const some: Combine = outcomes => {
  if (outcomes.includes('satisfied')) return 'satisfied'
  if (outcomes.includes('deferred')) return 'deferred'
  return outcomes.includes('undetermined') ? 'undetermined' : 'unsatisfied'
}

const exactlyOne: Combine = outcomes => {
  const held = outcomes.filter(outcome => outcome === 'satisfied').length
  if (held > 1) return 'unsatisfied'
  if (outcomes.includes('undetermined')) return 'undetermined'
  if (outcomes.includes('deferred')) return 'deferred'
  return held === 1 ? 'satisfied' : 'unsatisfied'
}

/**
 * The logical constraints of ODRL 2.2 (Information Model, 2.5.2). A policy is judged at one moment: whether things came
 * about in the order of an `andSequence` is not seen, only that all of them hold.
 */
export const combinators: Readonly<Record<LogicalReport['operand'], Combine>> = {
  and: all,
  andSequence: all,
  or: some,
  xone: exactlyOne,
}
