import type { RuleKind, RuleReport } from './report.ts'

type States = readonly [activation: RuleReport['activation'], performance: RuleReport['performance']]
type Deontic = RuleReport['deontic']

// biome-ignore format: a table is read by its columns
const table: readonly [...States, permission: Deontic, prohibition: Deontic, duty: Deontic][] = [
  // in effect    done            permission    prohibition   duty
  [ 'Active',     'Performed',    'Fulfilled',  'Violated',   'Fulfilled' ],
  [ 'Active',     'Unperformed',  'NonSet',     'Fulfilled',  'Violated'  ],
  [ 'Active',     'Unknown',      'NonSet',     'NonSet',     'NonSet'    ],
  [ 'Inactive',   'Performed',    'Violated',   'NonSet',     'NonSet'    ],
  [ 'Inactive',   'Unperformed',  'Fulfilled',  'NonSet',     'NonSet'    ],
  [ 'Inactive',   'Unknown',      'NonSet',     'NonSet',     'NonSet'    ],
]

const concepts: Readonly<Record<RuleKind, 2 | 3 | 4>> = {
  permission: 2,
  prohibition: 3,
  obligation: 4,
  duty: 4,
  remedy: 4,
  consequence: 4,
}

/** What a rule's being in effect and its action's being done come to (ODRL compliance report model). */
export function deonticState(kind: RuleKind, ...[activation, performance]: States): Deontic {
  const row = table.find(([active, done]) => active === activation && done === performance)
  return row?.[concepts[kind]] ?? 'NonSet'
}
