import t from 'tap'
import { termsDigest } from '../../../src/policy/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const given = { role: 'provider', participantId: 'us', counterparty: 'peer', datasetId: 'wind' } as const

async function withAgreements(t: Parameters<typeof startApi>[0]): Promise<Api> {
  const api = await startApi(t)
  await giveAgreement(api.db, { ...given, id: 'first', permission: [{ action: 'use' }] })
  await giveAgreement(api.db, { ...given, id: 'second', role: 'consumer', permission: [{ action: 'use' }] })
  return api
}

t.test('agreements are listed, by side and counterparty', async t => {
  const api = await withAgreements(t)
  const ids = async (query: string) => {
    const { body } = await api.call('GET', `/v1/agreements${query}`)
    return body.items.map(({ id }: { id: string }) => id).sort()
  }
  t.strictSame(await ids(''), ['first', 'second'])
  t.strictSame(await ids('?role=consumer'), ['second'])
  t.strictSame(await ids('?counterparty=nobody'), [])
})

t.test('an agreement is shown with the digest of its terms', async t => {
  const api = await withAgreements(t)
  const { body } = await api.call('GET', '/v1/agreements/first')
  t.match(body, { id: 'first', role: 'provider', dataset: 'wind', retiredAt: null, agreement: { assignee: 'peer' } })
  t.equal(body.digest, termsDigest(body.agreement))
  t.equal((await api.call('GET', '/v1/agreements/none')).status, 404)
})

t.test('an agreement is retired once, with a reason, and the journal of its negotiation has it', async t => {
  const api = await withAgreements(t)
  const retired = await api.call('POST', '/v1/agreements/first/retire', { reason: 'sold' })
  t.match(retired, { status: 200, body: { id: 'first', retiredReason: 'sold', retiredAt: String } })
  t.match((await api.call('GET', '/v1/agreements/first')).body, { retiredReason: 'sold' })
  t.equal((await api.call('POST', '/v1/agreements/first/retire', {})).status, 409)
  t.equal((await api.call('POST', '/v1/agreements/none/retire', {})).status, 404)
  const { body } = await api.call('GET', `/v1/negotiations/${retired.body.negotiationId}/history`)
  t.match(body.items, [{ actor: 'operator', event: 'commanded', message: 'retire', detail: { reason: 'sold' } }])
})

t.test('under a retired agreement no transfer is asked for', async t => {
  const api = await withAgreements(t)
  await api.call('POST', '/v1/agreements/second/retire', { reason: 'sold' })
  const asked = { counterparty: 'peer', address: 'http://peer.example', agreementId: 'second', format: 'HttpData-PULL' }
  await t.rejects(api.transfers.request(asked), { code: 'invalid', message: /has been retired/ })
})

t.test('the history of an agreement is one line of time, of its negotiation and its transfers', async t => {
  const api = await withAgreements(t)
  const asked = { counterparty: 'peer', address: PEER_URL, agreementId: 'second', format: 'HttpData-PULL' }
  const transfer = await api.transfers.request(asked)
  await api.settled()
  api.clock.at += 1_000
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'steward' })).body
  const headers = { 'x-api-key': key }
  const retired = await api.call('POST', '/v1/agreements/second/retire', { reason: 'sold' }, headers)
  await api.settled()
  const { status, body } = await api.call('GET', '/v1/agreements/second/history')
  t.equal(status, 200)
  const ofTransfer = { kind: 'transfer', id: transfer.id }
  t.match(body.items[0], { source: ofTransfer, seq: 1, event: 'commanded', message: 'request' })
  const retirement = body.items.find(({ message }: { message: string }) => message === 'retire')
  t.match(retirement, {
    source: { kind: 'negotiation', id: retired.body.negotiationId },
    actor: 'key:ci',
    at: new Date(api.clock.at).toISOString(),
    detail: { reason: 'sold' },
  })
  const times = body.items.map(({ at }: { at: string }) => at)
  t.strictSame(times, times.toSorted())
  t.strictSame((await api.call('GET', '/v1/agreements/second/history?limit=1&offset=1')).body, {
    items: [body.items[1]],
    offset: 1,
    limit: 1,
  })
  t.strictSame((await api.call('GET', '/v1/agreements/first/history')).body.items, [])
  t.equal((await api.call('GET', '/v1/agreements/none/history')).status, 404)
})
