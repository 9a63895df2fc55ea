import t from 'tap'
import { startApi } from '../api.ts'

const group = { leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: 'partners' }
const until = { leftOperand: 'dateTime', operator: 'lt', rightOperand: '2030-01-01T00:00:00Z' }

async function published(t: Parameters<typeof startApi>[0]) {
  const api = await startApi(t)
  const { policies, datasets, publications } = api.catalog
  await policies.create({ id: 'open', policy: {} })
  await policies.create({ id: 'partners', policy: { permission: [{ action: 'use', constraint: [group, until] }] } })
  await datasets.create({ id: 'wind', properties: {}, source: { type: 'HttpData', baseUrl: 'http://data.example' } })
  await publications.create({ id: 'p', accessPolicyId: 'open', contractPolicyId: 'partners', selector: [] })
  return api
}

t.test('it is told who of the known participants could get a dataset, and why not the others', async t => {
  const api = await published(t)
  const { status, body } = await api.call('POST', '/v1/simulate', { dataset: 'wind' })
  t.equal(status, 200)
  t.match(body.items, [
    { participant: 'did:web:partner', permitted: true, offers: [{ publication: 'p', contract: { permitted: true } }] },
    {
      participant: 'did:web:stranger',
      permitted: false,
      offers: [
        {
          visible: { permitted: true },
          contract: {
            permitted: false,
            report: { rules: [{ conditions: [{}, { about: 'urn:kontor:group', outcome: 'unsatisfied' }, {}] }] },
          },
        },
      ],
    },
  ])
})

t.test('whom we have dealt with is known, too, by what was presented last', async t => {
  const api = await published(t)
  const dealt = (id: string, kind: string, role: string, counterparty: string, data: object, at: string) =>
    api.db.query(
      `insert into process (id, kind, role, counterparty, address, data, created_at, updated_at) values ($1, $2, $3, $4, '', $5, $6, $6)`,
      [id, kind, role, counterparty, JSON.stringify(data), at],
    )
  const partner = { claims: { groups: ['partners'] } }
  await dealt('t1', 'transfer', 'provider', 'did:web:seen', { claims: {} }, '2026-01-01T00:00:00Z')
  await dealt('t2', 'transfer', 'provider', 'did:web:seen', partner, '2026-02-01T00:00:00Z')
  await dealt('t3', 'transfer', 'provider', 'did:web:stranger', partner, '2026-02-01T00:00:00Z')
  await dealt('n1', 'negotiation', 'provider', 'did:web:talker', { offers: [] }, '2026-01-01T00:00:00Z')
  const { body } = await api.call('POST', '/v1/simulate', { dataset: 'wind' })
  t.match(body.items, [
    { participant: 'did:web:partner', permitted: true, seenAt: null },
    { participant: 'did:web:stranger', permitted: false, seenAt: null },
    { participant: 'did:web:seen', permitted: true, seenAt: '2026-02-01T00:00:00.000Z' },
    { participant: 'did:web:talker', permitted: false, seenAt: null },
  ])
  const participants = [{ id: 'did:web:seen' }]
  t.match((await api.call('POST', '/v1/simulate', { dataset: 'wind', participants })).body.items, [{ permitted: true }])
})

t.test('participants, their claims and the time may be imagined', async t => {
  const api = await published(t)
  const ask = async (more: object) => (await api.call('POST', '/v1/simulate', { dataset: 'wind', ...more })).body.items
  const newcomer = { id: 'did:web:new', claims: { groups: ['partners'] } }
  t.match(await ask({ participants: [newcomer] }), [{ participant: 'did:web:new', permitted: true }])
  t.match(await ask({ participants: [{ id: 'did:web:partner' }] }), [{ permitted: true }], 'known claims are taken')
  t.match(await ask({ at: '2030-01-01T00:00:00Z' }), [{ permitted: false }, { permitted: false }])
})

t.test('a dataset that is not there is not found, and what is not understood is refused', async t => {
  const api = await published(t)
  t.equal((await api.call('POST', '/v1/simulate', { dataset: 'none' })).status, 404)
  t.equal((await api.call('POST', '/v1/simulate', {})).status, 400)
  t.equal((await api.call('POST', '/v1/simulate', { dataset: 'wind', participants: [] })).status, 400)
})

t.test('a participant is asked about once', async t => {
  const api = await startApi(t)
  const participants = [{ id: 'a' }, { id: 'b' }, { id: 'a' }]
  t.match(await api.call('POST', '/v1/simulate', { dataset: 'wind', participants }), {
    status: 400,
    body: { code: 'invalid', faults: [{ path: '/participants/2/id' }] },
  })
})
