import { exceedsLimits, policyLimits, tooLarge } from './limits.ts'
import type { Problem } from './report.ts'
import type { Facts, Policy } from './types.ts'
import { isObject, listOf, nameOf } from './vocabulary.ts'

/** What a child takes over from its parents (ODRL 2.2, 2.8). */
const TAKEN_OVER = [
  'target',
  'assigner',
  'assignee',
  'action',
  'profile',
  'conflict',
  'permission',
  'prohibition',
  'obligation',
]

/** Whether a policy inherits: most do not, and need no look at others. */
export const inheritsFrom = (policy: object): readonly unknown[] => listOf(policy, 'inheritFrom')

/** The whole policy, or why there is none. */
export type Inherited = { readonly policy: Policy; readonly problem?: never } | { readonly problem: Problem }

/** The policy with everything its parents say put in; or why that cannot be. */
export function withParents(policy: Policy, find: Facts['policies']): Inherited {
  return gather(policy, find, new Set(), { left: policyLimits.parents })
}

function gather(
  policy: Policy,
  find: Facts['policies'],
  above: ReadonlySet<string>,
  count: { left: number },
): Inherited {
  let merged = policy
  for (const name of inheritsFrom(policy).map(nameOf)) {
    const parent = name === undefined ? undefined : find?.(name)
    if (name === undefined || parent === undefined || !isObject(parent)) return { problem: unknownParent(name) }
    if (above.has(name)) return { problem: circular(name) }
    if (--count.left < 0) return { problem: tooLarge('parents') }
    const problem = exceedsLimits(parent)
    const whole = problem ? { problem } : gather(parent, find, new Set([...above, name]), count)
    if (whole.problem) return whole
    merged = takeOver(merged, whole.policy)
  }
  return { policy: merged }
}

/** Lists are joined. A party or target that both name is the child's. The `status` of the parent's constraints is not taken over. */
function takeOver(child: Policy, parent: Policy): Policy {
  const taken = TAKEN_OVER.map(term => {
    const [own, inherited] = [listOf(child, term), listOf(parent, term).map(withoutStatus)]
    const single = term === 'target' || term === 'assigner' || term === 'assignee' || term === 'action'
    return [term, single && own.length > 0 ? own : [...own, ...inherited]] as const
  })
  const others = Object.entries(child).filter(
    ([key]) => !TAKEN_OVER.some(term => listOf({ [key]: 0 }, term).length > 0),
  )
  return Object.fromEntries([...others, ...taken.filter(([, list]) => list.length > 0)]) as Policy
}

function withoutStatus(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutStatus)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => listOf({ [key]: 0 }, 'status').length === 0)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutStatus(inner)]))
}

const unknownParent = (name: string | undefined): Problem => ({
  code: 'unknown-parent',
  path: '/inheritFrom',
  message: `the policy inherits from ${name ?? 'something'}, which is not known here`,
})

const circular = (name: string): Problem => ({
  code: 'circular-inheritance',
  path: '/inheritFrom',
  message: `the policy inherits from ${name} in a circle`,
})
