import type { Pair, World } from './world.ts'

/** Something that must go well between an EDC and us. Throws if it does not. */
export interface Scenario {
  readonly name: string
  run(world: World): Promise<void>
}

/** Something that must go well whichever of the two consumes. */
export const bothWays = (name: string, run: (pair: Pair, world: World) => Promise<void>): Scenario[] => [
  { name: `Kontor consumes: ${name}`, run: world => run({ consumer: world.kontor, provider: world.edc }, world) },
  { name: `EDC consumes: ${name}`, run: world => run({ consumer: world.edc, provider: world.kontor }, world) },
]

/** Throws unless it holds; `what` is the sentence that is not true. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what)
}
