import t from 'tap'
import { choose, type Named } from '../../../src/management/v3/named.ts'
import type { Operator } from '../../../src/process/index.ts'

const all: readonly Named<string>[] = [
  { name: 'REQUESTED', code: 200, means: ['r'] },
  { name: 'STARTED', code: 600, means: ['s', 's>'] },
  { name: 'PROVISIONED', code: 300, means: [] },
]

// biome-ignore format: a table is read by its columns
const rows: readonly (readonly [operator: Operator, right: readonly unknown[], found: readonly string[] | undefined])[] = [
  [ '=',        ['STARTED'],         ['s', 's>']      ],
  [ '=',        [600],               ['s', 's>']      ],
  [ '=',        ['600 '],            undefined        ],
  [ 'in',       ['600'],             ['s', 's>']      ],
  [ '=',        ['PROVISIONED'],     []               ],
  [ '=',        ['DONE'],            undefined        ],
  [ '=',        [601],               undefined        ],
  [ '!=',       ['STARTED'],         ['r']            ],
  [ 'in',       ['REQUESTED', 600],  ['r', 's', 's>'] ],
  [ 'in',       [],                  []               ],
  [ '<',        [600],               ['r']            ],
  [ '<=',       ['600'],             ['r', 's', 's>'] ],
  [ '>',        [1_000],             []               ],
  [ '>',        [200],               ['s', 's>']      ],
  [ '>=',       ['S'],               ['s', 's>']      ],
  [ 'like',     ['%STED'],           ['r']            ],
  [ 'like',     ['_TARTED'],         ['s', 's>']      ],
  [ 'like',     ['started'],         []               ],
  [ 'like',     ['.*'],              []               ],
  [ 'like',     [`${'%'.repeat(200)}!`], []           ],
  [ 'ilike',    ['started'],         ['s', 's>']      ],
  [ 'contains', ['TED'],             ['r', 's', 's>'] ],
]

for (const [operator, right, found] of rows)
  t.test(`${operator} ${right.join(', ')}`, async t => {
    t.strictSame(choose(all, operator, right), found)
  })
