import t from 'tap'
import { retryAfterOf } from '../../src/http/index.ts'

const now = new Date('2026-11-26T12:00:00.500Z')

// biome-ignore format: a table is read by its columns
const sayings: readonly (readonly [said: string | undefined, seconds: number | undefined])[] = [
  [ '0',                               0         ],
  [ ' 120 ',                           120       ],
  [ 'Thu, 26 Nov 2026 12:01:00 GMT',   60        ],
  [ 'Thursday, 26-Nov-26 12:01:00 GMT', 60       ],
  [ 'Thu, 26 Nov 2026 11:00:00 GMT',   0         ],
  [ '-5',                              undefined ],
  [ '1.5',                             undefined ],
  [ 'soon',                            undefined ],
  [ '2026',                            2026      ],
  [ '',                                undefined ],
  [ undefined,                         undefined ],
]

for (const [said, seconds] of sayings)
  t.equal(retryAfterOf(said === undefined ? {} : { 'retry-after': said }, now), seconds, `${said}`)
