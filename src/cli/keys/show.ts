import type { KeyEntry } from '../../keys/index.ts'

/** A key as it is told: times in ISO 8601, nothing secret. */
export interface Shown {
  readonly kid: string
  readonly purpose: string
  readonly algorithm: string
  readonly keeper: string
  /** The keeper's own name of it. */
  readonly reference: string | null
  readonly standing: string
  readonly createdAt: string
  readonly activeAt: string
  readonly retiredAt: string | null
  /** Until then others may have to verify by it; null while it signs. */
  readonly resolvableUntil: string | null
  readonly publicJwk: object
}

/** What programs are told. */
export const showKey = (key: KeyEntry): Shown => ({
  kid: key.kid,
  purpose: key.purpose,
  algorithm: key.algorithm,
  keeper: key.keeper,
  reference: key.reference,
  standing: key.standing,
  createdAt: key.createdAt.toISOString(),
  activeAt: key.activeAt.toISOString(),
  retiredAt: key.retiredAt?.toISOString() ?? null,
  resolvableUntil: key.resolvableUntil?.toISOString() ?? null,
  publicJwk: key.publicJwk,
})

const heads = ['PURPOSE', 'KEY', 'ALGORITHM', 'KEEPER', 'STANDING', 'SIGNS FROM', 'PUBLIC UNTIL']

/** What people are told: a line a key. */
export function keyTable(keys: readonly Shown[]): string {
  if (keys.length === 0) return 'There are no keys yet: the first start makes them.\n'
  const lines = [heads, ...keys.map(cells)]
  const widths = heads.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(
      line =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

const cells = ({ purpose, kid, algorithm, keeper, standing, activeAt, resolvableUntil }: Shown): readonly string[] => [
  purpose,
  kid,
  algorithm,
  keeper,
  standing,
  minutes(activeAt),
  resolvableUntil === null ? '–' : minutes(resolvableUntil),
]

const minutes = (time: string): string => time.replace(/:\d\d\.\d{3}Z$/, 'Z').replace('T', ' ')
