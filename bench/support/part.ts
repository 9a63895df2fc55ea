/** What a figure is to be. */
export type Target = { readonly atMost: number } | { readonly atLeast: number }

/** One figure. */
export interface Measure {
  /** What was measured, unique in its part: `negotiation alone, p50`. */
  readonly name: string
  readonly value: number
  /** `ms`, `/s`, `MB/s`, `MB`, `s`, `×` for ratios. */
  readonly unit: string
  readonly target?: Target
}

/** What a part is given. */
export interface Context {
  /** Fewer and smaller rounds, for a look or for CI: the figures say less. */
  readonly quick: boolean
  /** A folder of this part's own, gone afterwards. */
  readonly directory: string
  /** Options of Node for the connectors, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[]
  /** Takes a figure down. */
  measured(measure: Measure): void
  /** Tells people what a figure cannot: what was left out, and why. */
  remark(text: string): void
}

/** A file of `bench/`, as its default export: a part that can be run by its name. */
export interface Part {
  readonly name: string
  run(context: Context): Promise<void>
}

/** Whether a figure is what it is to be. */
export const isMet = ({ value, target }: Measure): boolean =>
  target === undefined || ('atMost' in target ? value <= target.atMost : value >= target.atLeast)
