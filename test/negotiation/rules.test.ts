import t from 'tap'
import { KontorError } from '../../src/errors.ts'
import type { Negotiation, NegotiationStep, NegotiationWorld } from '../../src/negotiation/index.ts'
import { createRules } from '../../src/negotiation/rules.ts'
import type { Agreement } from '../../src/policy/index.ts'

const now = new Date('2026-06-01T12:00:00Z')
const rules = createRules({ participantId: 'did:web:us', findOffer: async () => undefined, deciders: [] })
const world: NegotiationWorld = { published: undefined, claims: {} }

const offer = {
  '@id': 'o1',
  '@type': 'Offer',
  target: 'wind',
  permission: [{ action: 'use' }],
  'ex:note': 'keep me',
} as const
const negotiation = (role: 'consumer' | 'provider'): Negotiation =>
  ({
    id: 'n',
    role,
    counterparty: 'did:web:them',
    state: 'REQUESTED',
    data: { datasetId: 'wind', offers: [{ by: 'consumer', offer, at: now.toISOString() }] },
  }) as unknown as Negotiation

const agreed: Agreement = {
  '@id': 'urn:uuid:a',
  '@type': 'Agreement',
  target: 'wind',
  assigner: 'did:web:them',
  assignee: 'did:web:us',
  timestamp: '2026-06-01T12:00:00Z',
  permission: [{ action: 'use' }],
  'ex:note': 'keep me',
}
const agree = (changes: Partial<Agreement> = {}): NegotiationStep => ({
  message: 'agree',
  agreement: { ...agreed, ...changes },
})
const take = (step: NegotiationStep) => rules.apply(negotiation('consumer'), step, 'provider', world, now)

t.test('an agreement to what was offered is kept as it came', async t => {
  t.same(take(agree()).agreement, agreed)
})

// biome-ignore format: a table is read by its columns
const changes = [
  [ 'another dataset',     { target: 'sun' },                                '/agreement/target'   ],
  [ 'another provider',    { assigner: 'did:web:mallory' },                  '/agreement/assigner' ],
  [ 'another consumer',    { assignee: 'did:web:mallory' },                  '/agreement/assignee' ],
  [ 'another action',      { permission: [{ action: 'display' }] },          '/agreement'          ],
  [ 'one rule more',       { prohibition: [{ action: 'distribute' }] },      '/agreement'          ],
  [ 'an extension gone',   { 'ex:note': undefined },                         '/agreement'          ],
] as const

for (const [what, change, path] of changes)
  t.test(`an agreement with ${what} is refused, saying where`, async t => {
    try {
      take(agree(change))
      t.fail('was taken')
    } catch (error) {
      t.ok(error instanceof KontorError)
      t.match(error, { code: 'invalid', status: 400 })
      t.ok(
        (error as KontorError).faults.some(fault => fault.path === path),
        path,
      )
    }
  })

t.test(
  'the agreement we make has the terms of the latest offer, extensions included, and names both of us',
  async t => {
    const step = rules.prepare(negotiation('provider'), { message: 'agree' }, now)
    t.match(step, {
      agreement: {
        '@type': 'Agreement',
        target: 'wind',
        assigner: 'did:web:us',
        assignee: 'did:web:them',
        permission: [{ action: 'use' }],
        'ex:note': 'keep me',
        timestamp: '2026-06-01T12:00:00.000Z',
      },
    })
  },
)

t.test('a negotiation stays with its dataset', async t => {
  const other: NegotiationStep = { message: 'offer', offer: { ...offer, target: 'sun' } }
  t.throws(() => take(other), { code: 'invalid', faults: [{ path: '/offer/target' }] })
})

t.test('a negotiation does not go on for ever', async t => {
  const round = { by: 'consumer' as const, offer, at: now.toISOString() }
  const long = {
    ...negotiation('consumer'),
    data: { datasetId: 'wind', offers: Array.from({ length: 100 }, () => round) },
  }
  t.throws(() => rules.apply(long, { message: 'offer', offer }, 'provider', world, now), { code: 'wrong-state' })
})
