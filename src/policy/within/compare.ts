import type { Span, Value } from '../values.ts'
import type { Atom } from './atom.ts'

/** Whether whatever satisfies a constraint with one operator and these values satisfies one with another. */
type Follows = (narrow: readonly Value[], wide: readonly Value[]) => boolean

const span = ({ span: { from, to } = unknown }: Value): Span => ({ from, to })
const unknown: Span = { from: Number.NaN, to: Number.NaN }

/** For each pair of one narrow and one wide value; with a value that has no place on a line nothing holds. */
const each =
  (holds: (narrow: Span, wide: Span) => boolean): Follows =>
  (narrow, wide) =>
    narrow.every(one => wide.every(other => holds(span(one), span(other))))

const sameText = (one: Value, other: Value): boolean => one.text === other.text && !one.span && !other.span

/** Whether what is this value, or belongs to the set it names, is one of those, or belongs to a set they name. */
function covers(wide: readonly Value[], value: Value): boolean {
  if (value.members)
    return (
      wide.some(other => other.text === value.text) ||
      [...value.members].every(text => wide.some(other => other.text === text || other.members?.has(text)))
    )
  if (value.span) return wide.some(other => span(other).from <= span(value).from && span(value).to <= span(other).to)
  return wide.some(other => sameText(value, other) || other.members?.has(value.text))
}

const subset: Follows = (narrow, wide) => narrow.every(value => covers(wide, value))
const superset: Follows = (narrow, wide) => subset(wide, narrow)
/** By name alone: whether things are parts of others is the world's business, and the same for both. */
const namedSubset: Follows = (narrow, wide) => narrow.every(one => wide.some(other => one.text === other.text))
const namedSuperset: Follows = (narrow, wide) => namedSubset(wide, narrow)

/**
 * The pairs of operators of which one may follow from the other, and when. A left operand may stand for a whole stretch of a
 * line, or for several values; every row holds for those, too. A pair that is not here cannot be compared.
 */
// biome-ignore format: a table is read by its columns
const rows: readonly (readonly [narrow: string, wide: string, when: Follows])[] = [
  [ 'lt',       'lt',       each((a, b) => a.from <= b.from) ],
  [ 'lt',       'lteq',     each((a, b) => a.from <= b.to)   ],
  [ 'lteq',     'lteq',     each((a, b) => a.to <= b.to)     ],
  [ 'gt',       'gt',       each((a, b) => a.to >= b.to)     ],
  [ 'gt',       'gteq',     each((a, b) => a.to >= b.from)   ],
  [ 'gteq',     'gteq',     each((a, b) => a.from >= b.from) ],
  [ 'eq',       'lteq',     each((a, b) => a.to <= b.to)     ],
  [ 'eq',       'gteq',     each((a, b) => a.from >= b.from) ],
  [ 'isAnyOf',  'lteq',     each((a, b) => a.to <= b.to)     ],
  [ 'isAnyOf',  'gteq',     each((a, b) => a.from >= b.from) ],
  [ 'eq',       'eq',       subset                           ],
  [ 'eq',       'isAnyOf',  subset                           ],
  [ 'isAnyOf',  'eq',       subset                           ],
  [ 'isAnyOf',  'isAnyOf',  subset                           ],
  [ 'neq',      'neq',      superset                         ],
  [ 'neq',      'isNoneOf', superset                         ],
  [ 'isNoneOf', 'neq',      superset                         ],
  [ 'isNoneOf', 'isNoneOf', superset                         ],
  [ 'isAllOf',  'isAllOf',  namedSuperset                    ],
  [ 'hasPart',  'hasPart',  namedSuperset                    ],
  [ 'isPartOf', 'isPartOf', namedSubset                      ],
]

const table = new Map(rows.map(([narrow, wide, when]) => [`${narrow} ${wide}`, when]))

/** Whether a constraint follows from another: whatever satisfies the narrow one satisfies the wide one. */
export function follows(narrow: Atom, wide: Atom): boolean {
  if (narrow.operand !== wide.operand) return false
  if (narrow.unit !== wide.unit && narrow.operand.type !== 'bytes') return false
  return table.get(`${narrow.operator} ${wide.operator}`)?.(narrow.values, wide.values) ?? false
}
