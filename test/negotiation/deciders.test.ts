import t from 'tap'
import { builtInDeciders } from '../../src/negotiation/deciders.ts'
import type { Negotiation, NegotiationWorld, Round } from '../../src/negotiation/index.ts'
import type { Opinion, Role } from '../../src/process/index.ts'

const now = new Date('2026-06-01T12:00:00Z')
const dataset = 'urn:dataset:wind'
const offer = (permission: object = { action: 'use' }, id = 'offer') =>
  ({ '@id': id, '@type': 'Offer', target: dataset, permission: [permission] }) as Round['offer']
const only = (...ids: string[]) => ({
  action: 'use',
  constraint: [{ leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: ids }],
})
const until = (date: string) => ({
  action: 'use',
  constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: date }],
})

const ours = offer(until('2027-01-01T00:00:00Z'))
const published = (of = ours) => ({ offer: of, datasetId: dataset, formats: ['HttpData-PULL'], outdated: false })

function ask(
  given: {
    role: Role
    offers?: Round[]
    task?: string
    needs?: object
    counterOffers?: 'refuse' | 'ask' | 'webhook'
  } & Partial<NegotiationWorld>,
): { by: string; opinion: Opinion<{ message: string }> } | undefined {
  const { role, offers = [], needs, task = 'considerOffer', counterOffers = 'ask', claims = {} } = given
  const process = {
    id: 'n',
    role,
    counterparty: 'did:web:peer',
    state: 'REQUESTED',
    visits: {},
    data: { datasetId: dataset, offers, needs },
  }
  const situation = {
    process: process as unknown as Negotiation,
    task,
    cause: 'received' as const,
    message: '',
    now,
    world: { published: given.published, claims },
  }
  for (const { name, decide } of builtInDeciders(counterOffers)) {
    const opinion = decide(situation)
    if (opinion) return { by: name, opinion }
  }
  return undefined
}

const round = (by: Role, of: Round['offer']): Round => ({ by, offer: of, at: now.toISOString() })

t.test('a provider agrees at once to what it has published', async t => {
  const same = { ...ours, '@id': 'their-own-id' }
  t.match(ask({ role: 'provider', offers: [round('consumer', same)], published: published() }), {
    by: 'unchanged-offer',
    opinion: { kind: 'move', step: { message: 'agree' } },
  })
})

t.test('a provider agrees to the counter-offer it made itself', async t => {
  const counter = offer(until('2026-09-01T00:00:00Z'), 'counter')
  const offers = [round('consumer', offer()), round('provider', counter), round('consumer', counter)]
  t.match(ask({ role: 'provider', offers, published: published() }), { opinion: { step: { message: 'agree' } } })
})

t.test('the published policy is judged first, whatever the consumer asks for', async t => {
  const forOthers = offer(only('did:web:somebody-else'))
  const decision = ask({ role: 'provider', offers: [round('consumer', forOthers)], published: published(forOthers) })
  t.match(decision, { by: 'policy', opinion: { step: { message: 'terminate' } } })
  t.match(decision?.opinion.reasons?.[0], /Recipient.*did:web:somebody-else/)
})

t.test('an offer that is no longer made is refused', async t => {
  t.match(ask({ role: 'provider', offers: [round('consumer', ours)], published: undefined }), {
    by: 'policy',
    opinion: { step: { message: 'terminate', reason: [/no longer/] } },
  })
})

t.test('an offer that was made to this consumer alone need not be published to be negotiated about', async t => {
  const counter = offer(until('2026-09-01T00:00:00Z'), 'counter')
  const decide = (of: Round['offer']) =>
    ask({ role: 'provider', offers: [round('provider', of), round('consumer', counter)], published: undefined })
  t.match(decide(ours), { by: 'changed-offer', opinion: { kind: 'ask' } })
  t.match(decide(offer(only('did:web:somebody-else'))), { by: 'policy', opinion: { step: { message: 'terminate' } } })
})

// biome-ignore format: a table is read by its columns
const changed = [
  [ 'refuse',  { kind: 'move', step: { message: 'terminate' } } ],
  [ 'ask',     { kind: 'ask', whom: 'person'                  } ],
  [ 'webhook', { kind: 'ask', whom: 'webhook'                 } ],
] as const

for (const [counterOffers, opinion] of changed)
  t.test(`other terms than the published ones: ${counterOffers}`, async t => {
    const offers = [round('consumer', offer())]
    t.match(ask({ role: 'provider', offers, published: published(), counterOffers }), { by: 'changed-offer', opinion })
  })

t.test('a consumer accepts the terms it asked for, and thinks about others', async t => {
  const asked = [round('consumer', ours), round('provider', { ...ours, '@id': 'theirs' })]
  t.match(ask({ role: 'consumer', offers: asked }), { opinion: { step: { message: 'accept' } } })
  const other = [round('consumer', ours), round('provider', offer())]
  t.match(ask({ role: 'consumer', offers: other }), { opinion: { kind: 'ask', whom: 'person' } })
})

const needed = offer(until('2026-08-01T00:00:00Z'))
const asHigh = { ...ours, prohibition: [{ action: 'sell' }] }
// biome-ignore format: a table is read by its columns
const answers: readonly [says: string, theirs: Round['offer'], opinion: object][] = [
  [ 'more than is needed',           offer(until('2026-09-01T00:00:00Z')), { kind: 'move', step: { message: 'accept' } } ],
  [ 'exactly what is needed',        needed,                               { kind: 'move', step: { message: 'accept' } } ],
  [ 'less than is needed',           offer(until('2026-07-01T00:00:00Z')), { kind: 'ask', reasons: [/differ/, /beyond the offer: permission 1 is wider/] } ],
  [ 'enough, with a new prohibition', asHigh,                              { kind: 'ask', reasons: [/differ/, /the prohibition 1 of the offer is missing/] } ],
  [ 'enough, with a new obligation', { ...ours, obligation: [{ action: 'delete' }] }, { kind: 'ask', reasons: [/differ/, /the obligations are not those of the offer/] } ],
  [ 'enough, with a new duty',       offer({ ...until('2027-01-01T00:00:00Z'), duty: [{ action: 'compensate' }] }), { kind: 'ask' } ],
]

for (const [says, theirs, opinion] of answers)
  t.test(`a consumer that has said what it needs is offered ${says}`, async t => {
    const offers = [round('consumer', offer()), round('provider', theirs)]
    t.match(ask({ role: 'consumer', offers, needs: needed }), { opinion })
  })

t.test('an offer nobody asked for is not accepted by itself', async t => {
  t.match(ask({ role: 'consumer', offers: [round('provider', ours)] }), { opinion: { kind: 'ask' } })
})

t.test('after that everything is a formality', async t => {
  t.match(ask({ role: 'provider', task: 'sendAgreement' }), { opinion: { step: { message: 'agree' } } })
  t.match(ask({ role: 'consumer', task: 'sendVerification' }), { opinion: { step: { message: 'verify' } } })
  t.match(ask({ role: 'provider', task: 'sendFinalization' }), { opinion: { step: { message: 'finalize' } } })
  t.equal(ask({ role: 'consumer', task: 'nothing to do' }), undefined)
})
