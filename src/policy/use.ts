import { needsOf } from './needs.ts'
import { builtInOperands } from './operands/index.ts'
import type { Policy } from './types.ts'
import { ODRL } from './vocabulary.ts'

/** What a policy has to know of the use made under it so far. */
export interface UseLimits {
  /** Whether it says anything about that: how often, since when, how much. */
  readonly any: boolean
  /** Whether it says how many bytes. */
  readonly volume: boolean
}

/** What judging a policy takes of the records of use: of most policies, nothing. */
export function useLimits(policy: Policy): UseLimits {
  const names = needsOf(policy).map(({ operand }) => operand)
  return { any: names.some(isAboutUse), volume: names.includes(VOLUME) }
}

const VOLUME = 'urn:kontor:volume'

/** What is known at an access only, and the event of the use itself, is found in the records of use. */
const isAboutUse = (iri: string): boolean =>
  iri === `${ODRL}event` || builtInOperands.find(iri)?.stages.join() === 'access'
