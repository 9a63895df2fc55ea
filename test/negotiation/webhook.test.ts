import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { type Connector, createConnector } from '../../src/connector.ts'
import type { TargetedOffer } from '../../src/negotiation/index.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

const tokens = { consumer: 'token-of-the-consumer', provider: 'token-of-the-provider' }
const published = {
  permission: [
    {
      action: 'use',
      constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2099-01-01T00:00:00Z' }],
    },
  ],
}
const wanted = { permission: [{ action: 'use' }] }

/** A webhook that gives these answers, one after the other, and keeps the questions. */
async function startWebhook(t: Test, answers: { status?: number; body: unknown }[]) {
  const questions: Record<string, unknown>[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    questions.push(JSON.parse(Buffer.concat(chunks).toString()))
    const { status = 200, body } = answers.shift() ?? { body: { decision: 'wait' } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { questions, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide` }
}

/** A provider that asks the webhook, and a consumer that asks it for terms which nobody has published. */
async function begin(t: Test, webhook: string) {
  const provider = await createConnector(
    testConfig(
      {
        id: 'provider',
        database: await testDatabaseUrl(t),
        knows: [{ id: 'consumer', token: tokens.consumer, presents: tokens.provider }],
      },
      { negotiation: { counterOffers: 'webhook', webhook, deciders: [] } },
    ),
  )
  const consumer = await createConnector(
    testConfig({
      id: 'consumer',
      database: await testDatabaseUrl(t),
      knows: [{ id: 'provider', token: tokens.provider, presents: tokens.consumer }],
    }),
  )
  t.teardown(() => Promise.all([provider.stop(), consumer.stop()]))
  await Promise.all([provider.start(), consumer.start()])
  await provider.catalog.policies.create({ id: 'until-2099', policy: published })
  await provider.catalog.datasets.create({
    id: 'wind',
    properties: {},
    source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:1/' },
  })
  const { id } = await provider.catalog.publications.create({
    accessPolicyId: 'until-2099',
    contractPolicyId: 'until-2099',
    selector: [],
  })
  const page = JSON.parse((await provider.catalog.dataset({ id: 'consumer', claims: {} }, 'wind')) ?? '{}')
  const offer = { '@id': page.hasPolicy[0]['@id'], '@type': 'Offer', target: 'wind', ...wanted } as TargetedOffer
  t.ok(id)
  const negotiation = await consumer.negotiations.request({
    counterparty: 'provider',
    address: provider.protocolUrl(),
    offer,
  })
  return { provider, consumer, id: negotiation.id }
}

async function until(
  connector: Connector,
  id: string,
  done: (negotiation: { state: string | null; waiting: unknown }) => boolean,
) {
  for (;;) {
    await connector.outbox.drained()
    const negotiation = await connector.negotiations.get(id)
    if (done(negotiation)) return negotiation
  }
}

t.test('the webhook is asked about terms that nobody has published, and its approval makes the contract', async t => {
  const { questions, url } = await startWebhook(t, [{ body: { decision: 'approve' } }])
  const { consumer, id } = await begin(t, url)
  const { data } = await until(consumer, id, ({ state }) => state === 'FINALIZED')
  t.match(data.agreement, wanted)
  t.match(questions, [
    { role: 'provider', state: 'REQUESTED', counterparty: 'consumer', dataset: 'wind', offer: wanted },
  ])
})

t.test('its rejection ends the negotiation with its reason', async t => {
  const { url } = await startWebhook(t, [{ body: { decision: 'reject', reason: 'not without a date' } }])
  const { consumer, id } = await begin(t, url)
  t.match(await until(consumer, id, ({ state }) => state === 'TERMINATED'), { error: 'not without a date' })
})

t.test('it may answer with other terms; the consumer then thinks about them', async t => {
  const { url } = await startWebhook(t, [
    { body: { decision: 'counter', offer: { '@id': 'o2', '@type': 'Offer', target: 'wind', ...published } } },
  ])
  const { consumer, id } = await begin(t, url)
  const { data, waiting } = await until(consumer, id, ({ state }) => state === 'OFFERED')
  t.match(data.offers.at(-1), { by: 'provider', offer: published })
  t.match(waiting, { whom: 'person' })
})

t.test('an answer that is none is not believed: it is asked again', async t => {
  const { questions, url } = await startWebhook(t, [
    { status: 500, body: {} },
    { body: { decision: 'maybe' } },
    { body: { decision: 'approve' } },
  ])
  const { consumer, id } = await begin(t, url)
  await until(consumer, id, ({ state }) => state === 'FINALIZED')
  t.equal(questions.length, 3)
})

t.test('it may leave the decision to a person', async t => {
  const { questions, url } = await startWebhook(t, [{ body: { decision: 'wait' } }])
  const { provider, consumer, id } = await begin(t, url)
  await until(consumer, id, ({ state }) => state === 'REQUESTED')
  await provider.outbox.drained()
  const [theirs] = await provider.negotiations.list()
  await provider.negotiations.approve(theirs?.id ?? '')
  await until(consumer, id, ({ state }) => state === 'FINALIZED')
  t.equal(questions.length, 1)
})
