import t from 'tap'
import type { Config } from '../../src/config/index.ts'
import { get, post } from '../../src/lab/api.ts'
import type { Part } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { transferRequest } from '../../src/lab/story/transfer.ts'
import { catalogFor, choose, negotiate, openShop, otherPath, type Shown } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

const inEdc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

t.test('who may look but not have is refused, and both sides know why', async t => {
  const lab = await startLab(t)
  const { provider, stranger } = lab
  await openShop(lab)
  t.equal((await catalogFor(stranger, lab)).dataset.length, 4)

  const path = await request(stranger, await choose(stranger, lab))
  await lab.drain()
  const { state, error } = await get<Shown>(stranger, path)
  t.strictSame({ state, error }, { state: 'TERMINATED', error: 'The offer is not permitted because of group.' })
  const theirs = await get<Shown>(provider, await otherPath(stranger, path))
  t.strictSame({ state: theirs.state, error: theirs.error }, { state: 'TERMINATED', error })
  t.strictSame(await get(provider, `/v1/negotiations?state=FINALIZED`), { items: [], offset: 0, limit: 50, next: null })
})

t.test('who may not look finds nothing, and asks in vain for what it has heard of', async t => {
  const lab = await startLab(t)
  const { provider, consumer, stranger } = lab
  await openShop(lab)
  const choice = await choose(consumer, lab)
  const definition = {
    ...inEdc,
    '@id': 'electricity',
    accessPolicyId: 'partners',
    contractPolicyId: 'partners',
    assetsSelector: [],
  }
  const response = await fetch(`${provider.urls.management}/management/v3/contractdefinitions`, {
    method: 'PUT',
    headers: { 'x-api-key': provider.key, 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  })
  t.ok(response.ok)

  t.strictSame((await catalogFor(stranger, lab)).dataset ?? [], [])
  t.equal((await catalogFor(consumer, lab)).dataset.length, 4)
  const path = await request(stranger, choice)
  await lab.drain()
  t.match(await get(stranger, path), { state: 'TERMINATED', error: /There is no offer with the id/ })
})

t.test("nobody can use, or even see, somebody else's contract", async t => {
  const configs = new Map<Part, Config>()
  const lab = await startLab(t, {
    adjust(config, part) {
      configs.set(part, config)
      return config
    },
  })
  const { provider, stranger, consumer } = lab
  await openShop(lab)
  const agreementId = await negotiate(lab)

  await t.rejects(post(stranger, '/v3/transferprocesses', transferRequest(provider, { agreementId })), {
    message: /answered 400 .*not found/,
  })

  // Not even by talking the protocol itself, as the participant it is known to be.
  const token = configs.get('stranger')?.identity.participants[0]?.presents.reveal()
  const knock = (method: string, path: string, body?: object) =>
    fetch(`${provider.connector.protocolUrl()}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const asked = await knock('POST', '/transfers/request', {
    '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
    '@type': 'TransferRequestMessage',
    consumerPid: 'urn:uuid:of-the-stranger',
    agreementId,
    format: 'HttpData-PULL',
    callbackAddress: stranger.connector.protocolUrl(),
  })
  t.equal(asked.status, 404)
  const [negotiation] = (await get<{ items: Shown[] }>(provider, '/v1/negotiations')).items
  t.equal(negotiation?.counterparty, consumer.id)
  t.equal((await knock('GET', `/negotiations/${negotiation?.id}`)).status, 404)
})
