import t, { type Test } from 'tap'
import { DUTIES } from '../../../src/negotiation/obligations/index.ts'
import { type GivenAgreement, giveAgreement } from '../../support/agreements.ts'
import { startApi } from '../api.ts'

const DAY = 86_400_000
const within30d = { leftOperand: 'inForceDate', operator: 'lteq', rightOperand: 'contractAgreement+30d' }
const obligation = [{ action: 'delete', constraint: [within30d], consequence: [{ action: 'compensate' }] }]

/** An agreement with an obligation, as it stands right after it was made. */
async function agreed(t: Test, rules: Partial<Pick<GivenAgreement, 'prohibition' | 'obligation'>> = { obligation }) {
  const api = await startApi(t)
  const negotiation = await giveAgreement(api.db, {
    id: 'agreed',
    role: 'consumer',
    participantId: 'us',
    counterparty: 'peer',
    datasetId: 'wind',
    permission: [{ action: 'use' }],
    ...rules,
    at: new Date(api.clock.at),
  })
  await api.db.query(
    `insert into outbox (process_id, lane, counterparty, due, created_at) values ($1, $2, 'peer', $3, $3)`,
    [negotiation, DUTIES, new Date(api.clock.at)],
  )
  await api.settled()
  const list = async (query = '') => {
    const { items } = (await api.call('GET', `/v1/obligations${query}`)).body
    return items.sort((a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1))
  }
  return { api, negotiation, list }
}

t.test('obligations are listed with their state and when they are due, and narrowed', async t => {
  const { api, list } = await agreed(t)
  t.match(await list(), [
    {
      agreement: 'agreed',
      role: 'consumer',
      counterparty: 'peer',
      kind: 'obligation',
      action: 'delete',
      state: 'pending',
      due: new Date(api.clock.at + 30 * DAY).toISOString(),
      rule: obligation[0],
      evidence: null,
    },
    { kind: 'consequence', action: 'compensate', state: 'inactive', due: null },
  ])
  t.equal((await list('?state=pending')).length, 1)
  t.equal((await list('?agreement=other')).length, 0)
  const [{ id }] = await list()
  t.match(await api.call('GET', `/v1/obligations/${id}`), { status: 200, body: { id } })
  t.equal((await api.call('GET', '/v1/obligations/none')).status, 404)
})

t.test('what is fulfilled has its evidence, once, and the journal has it', async t => {
  const { api, negotiation, list } = await agreed(t)
  const [{ id }] = await list()
  const evidence = { log: 'rm -rf /data', sha256: 'abc' }
  const future = await api.call('POST', `/v1/obligations/${id}/fulfil`, { at: '2040-01-01T00:00:00Z' })
  t.match(future, { status: 400, body: { faults: [{ path: '/at' }] } })
  t.equal((await api.call('POST', `/v1/obligations/${id}/fulfil`, { at: 'yesterday' })).status, 400)
  const at = new Date(api.clock.at).toISOString()
  t.match(await api.call('POST', `/v1/obligations/${id}/fulfil`, { at, evidence }), {
    status: 200,
    body: { state: 'fulfilled', performedAt: at, performedBy: 'operator', evidence },
  })
  t.equal((await api.call('POST', `/v1/obligations/${id}/fulfil`, {})).status, 409)
  const { body } = await api.call('GET', `/v1/negotiations/${negotiation}/history`)
  t.match(body.items.slice(-2), [
    { actor: 'operator', message: 'fulfil', detail: { obligation: id, evidence } },
    { actor: 'connector', event: 'decided', message: 'fulfilled' },
  ])
})

t.test('a day before it is due somebody is reminded; when it is missed, its consequence is due', async t => {
  const { api, list } = await agreed(t)
  const told = () => api.obligationsTold.splice(0).map(({ action, state }) => `${action} ${state}`)
  t.strictSame(told(), ['delete pending', 'compensate inactive'])
  api.clock.at += 29 * DAY
  await api.settled()
  t.strictSame(told(), ['delete due'])
  api.clock.at += DAY + 1
  await api.settled()
  t.strictSame(told(), ['delete violated', 'compensate pending'])
  t.match(await list('?state=pending'), [{ action: 'compensate' }])

  const [remove] = await list('?state=violated')
  const [compensate] = await list('?state=pending')
  await api.call('POST', `/v1/obligations/${remove.id}/fulfil`, {})
  t.match(await list('?state=violated'), [{ action: 'delete' }], 'done too late alone mends nothing')
  await api.call('POST', `/v1/obligations/${compensate.id}/fulfil`, {})
  t.strictSame(
    (await list('?state=fulfilled')).map(({ action }: { action: string }) => action).sort(),
    ['compensate', 'delete'],
    'with its consequence it is made up for',
  )
})

t.test('a prohibition that was broken brings its remedies into effect, once, and the journal has it', async t => {
  const untilTomorrow = { leftOperand: 'inForceDate', operator: 'lteq', rightOperand: 'contractAgreement+1d' }
  const remedy = [{ action: 'delete' }, { action: 'inform' }]
  const prohibition = [{ action: 'distribute', constraint: [untilTomorrow], remedy }]
  const { api, negotiation, list } = await agreed(t, { prohibition })
  t.match(await list(), [{ kind: 'remedy', action: 'delete', state: 'inactive' }, { state: 'inactive' }])
  const [{ id }] = await list()
  const breached = await api.call('POST', `/v1/obligations/${id}/breach`, { evidence: 'seen in a shop' })
  t.match(breached, {
    status: 200,
    body: { state: 'pending', breachedBy: 'operator', breachEvidence: 'seen in a shop' },
  })
  t.match(await list(), [{ state: 'pending' }, { state: 'pending' }])
  for (const { id } of await list()) t.equal((await api.call('POST', `/v1/obligations/${id}/breach`, {})).status, 409)
  api.clock.at += 2 * DAY
  await api.settled()
  t.match(await list(), [{ state: 'pending' }, { state: 'pending' }], 'though nothing is forbidden any more')
  await api.call('POST', `/v1/obligations/${id}/fulfil`, {})
  t.match(await list(), [{ state: 'fulfilled' }, { state: 'pending' }])
  const { body } = await api.call('GET', `/v1/negotiations/${negotiation}/history`)
  t.match(body.items[0], { actor: 'connector' })
  t.ok(body.items.some(({ message }: { message: string }) => message === 'breach'))
})

t.test('a duty that is said to be missed is violated, and made up for by doing it and its consequences', async t => {
  const whenever = [{ action: 'inform', consequence: [{ action: 'compensate' }] }]
  const { api, list } = await agreed(t, { obligation: whenever })
  const [inform, compensate] = await list()
  t.match(await api.call('POST', `/v1/obligations/${inform.id}/breach`, {}), { body: { state: 'violated' } })
  t.match(await list(), [{ state: 'violated' }, { state: 'pending' }])
  await api.call('POST', `/v1/obligations/${inform.id}/fulfil`, {})
  t.match(await list(), [{ state: 'violated' }, { state: 'pending' }])
  await api.call('POST', `/v1/obligations/${compensate.id}/fulfil`, {})
  t.match(await list(), [{ state: 'fulfilled' }, { state: 'fulfilled' }])
  t.equal((await api.call('POST', `/v1/obligations/${compensate.id}/breach`, {})).status, 409)
})
