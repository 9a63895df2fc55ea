import t from 'tap'
import type { EntitledHolder } from '../../../src/config/types.ts'
import { claimsFor, judge } from '../../../src/identity/issuer/entitlement.ts'
import { definition } from './world.ts'

const holder = (changes: Partial<EntitledHolder> = {}): EntitledHolder => ({
  id: 'did:web:alice.example',
  attributes: { city: 'Lübeck', rank: 'full' },
  credentials: undefined,
  ...changes,
})

// biome-ignore format: a table is read by its columns
const table = [
  // the definition                                the holder                               what becomes of it
  [ definition(),                                  holder(),                                'issue'  ],
  [ definition(),                                  undefined,                               'refuse' ],
  [ definition(),                                  holder({ credentials: ['membership'] }), 'issue'  ],
  [ definition(),                                  holder({ credentials: ['quality'] }),    'refuse' ],
  [ definition({ requires: { rank: 'full' } }),    holder(),                                'issue'  ],
  [ definition({ requires: { rank: 'guest' } }),   holder(),                                'refuse' ],
  [ definition({ requires: { other: 'x' } }),      holder(),                                'refuse' ],
  [ definition({ approval: 'person' }),            undefined,                               'ask'    ],
  [ definition({ approval: 'person' }),            holder(),                                'ask'    ],
] as const

for (const [what, who, kind] of table)
  t.test(
    `${what.approval} ${JSON.stringify(what.requires)} for ${JSON.stringify(who ?? 'a stranger')}: ${kind}`,
    async t => {
      t.equal(judge(what, who).kind, kind)
    },
  )

t.test('claims are fixed, or what is known of the holder, or what a person adds', async t => {
  t.same(claimsFor(definition(), holder()), { claims: { memberOf: 'Hansa', city: 'Lübeck' } })
  t.same(claimsFor(definition(), holder(), { city: 'Visby', other: 'x' }), {
    claims: { memberOf: 'Hansa', city: 'Visby' },
  })
  t.same(claimsFor(definition(), undefined), { missing: ['city'] })
})
