/** What left operands are called when one speaks of them; others by the end of their names. */
const spoken: Readonly<Record<string, string>> = { labelLevel: 'Gaia-X label' }

/** A policy as peers send it, as far as the lab's own go. */
export interface Terms {
  readonly permission?: readonly {
    readonly action: string
    readonly constraint?: readonly {
      readonly leftOperand: string
      readonly operator: string
      readonly rightOperand: unknown
    }[]
  }[]
}

const operators: Readonly<Record<string, string>> = {
  eq: 'is',
  isAnyOf: 'is one of',
  lteq: 'is not after',
  gteq: 'is at least',
}

/** What a policy permits: `use, if the group is energy-partners`. */
export const inWords = ({ permission = [] }: Terms): string =>
  permission
    .map(({ action, constraint = [] }) => {
      const conditions = constraint.map(
        ({ leftOperand, operator, rightOperand }) =>
          `the ${nameOf(leftOperand)} ${operators[operator] ?? operator} ${[rightOperand].flat().join(', ')}`,
      )
      return conditions.length === 0 ? action : `${action}, if ${conditions.join(' and ')}`
    })
    .join('; or ')

function nameOf(leftOperand: string): string {
  const name = leftOperand.replace(/^.*[:/#]/, '')
  return spoken[name] ?? name
}

/** `4.5 MB`, `1.5 kB`: powers of ten. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** `35 ms`, `2.4 s`. */
export const duration = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)
