import { combinators } from './logic.ts'
import { isObject, listOf, termOf } from './vocabulary.ts'

/** A rule or an atomic constraint, and where in the policy it stands (JSON pointer). */
export interface Found {
  readonly node: unknown
  readonly path: string
}

const ruleTerms = ['permission', 'prohibition', 'obligation', 'duty', 'remedy', 'consequence']

/** Every rule of a policy, duties, remedies and consequences among them. The policy must be within the limits. */
export function rulesOf(policy: object, path = ''): readonly Found[] {
  return ruleTerms.flatMap(term =>
    listOf(policy, term).flatMap((node, index) => {
      const at = `${path}/${term}/${index}`
      return [{ node, path: at }, ...(isObject(node) ? rulesOf(node, at) : [])]
    }),
  )
}

const conditionTerms = ['constraint', 'refinement', ...Object.keys(combinators)]

/** Every atomic constraint under a node: those of rules, refinements of actions, assets and parties among them. */
export function constraintsOf(node: object, path = ''): readonly Found[] {
  return Object.keys(node).flatMap(key => {
    const term = termOf(key)
    return listOf(node, term).flatMap((inner, index) => constraintsWithin(inner, term, `${path}/${term}/${index}`))
  })
}

function constraintsWithin(inner: unknown, term: string, path: string): readonly Found[] {
  const isCondition = conditionTerms.includes(term)
  if (!isObject(inner)) return isCondition ? [{ node: inner, path }] : []
  const combines = Object.keys(combinators).some(logic => listOf(inner, logic).length > 0)
  return isCondition && !combines ? [{ node: inner, path }] : constraintsOf(inner, path)
}
