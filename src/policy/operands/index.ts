import { termOf } from '../vocabulary.ts'
import { circumstances } from './circumstances.ts'
import { credentials, namedClaim } from './credentials.ts'
import { gaiax } from './gaiax.ts'
import type { LeftOperand } from './operand.ts'
import { party } from './party.ts'
import { time } from './time.ts'
import { usage } from './usage.ts'

export type { Found, LeftOperand, Wanted, Words } from './operand.ts'

/** The left operands that can be judged. */
export interface Operands {
  /** One row each, those of an extension last. */
  readonly rows: readonly LeftOperand[]
  /** The operand of that name, in whatever dress; also one that names a credential and a claim itself. */
  find(name: string): LeftOperand | undefined
}

const builtIn: readonly LeftOperand[] = [...time, ...party, ...credentials, ...gaiax, ...usage, ...circumstances]

/**
 * The built-in operands and those of an extension, which may also replace a built-in one of the same name. Create it once:
 * plans of policies are kept by it.
 */
export function createOperands(more: readonly LeftOperand[] = []): Operands {
  const rows = [...builtIn, ...more]
  const byName = new Map(
    rows.flatMap(operand => [operand.iri, ...operand.aliases].map(name => [termOf(name), operand] as const)),
  )
  return { rows, find: name => byName.get(termOf(name)) ?? namedClaim(termOf(name)) }
}

/** The operands every connector has. */
export const builtInOperands: Operands = createOperands()
