import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/types.ts'
import { type Database, openDatabase } from '../../src/db/index.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { startDrip } from '../support/drip.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'
import { addDataset, findOffer, negotiate, offerAll, transfer } from '../support/operator.ts'

interface Item {
  readonly id: string
  readonly state: string | null
  readonly peerPid: string
  readonly agreementId: string
  readonly agreement?: object
}

/** Both databases, to look into. */
interface Books {
  readonly provider: Database
  readonly consumer: Database
}

async function fleet(t: Test, plan: { controls: number; datas: number }): Promise<{ fleet: Fleet; books: Books }> {
  const databases = { provider: await testDatabaseUrl(t), consumer: await testDatabaseUrl(t) }
  const fleet = await startFleet({ ...plan, databases, directory: t.testdir({ 'wind.csv': 'hour,mwh\n0,17\n' }) })
  t.teardown(() => fleet.stop())
  const look = async (url: string) => {
    const db = await openDatabase({ url: new Secret(url), directory: '/nowhere', connections: 2 })
    t.teardown(() => db.close())
    return db
  }
  await offerAll(fleet.provider)
  return { fleet, books: { provider: await look(databases.provider), consumer: await look(databases.consumer) } }
}

/** Waits until the consumer sees it in that state. Throws when it ends in another. */
async function reach({ consumer }: Fleet, path: string, state: string): Promise<Item> {
  for (;;) {
    const item = (await consumer.persist('GET', `/management/v1/${path}`)) as Item
    if (item.state === state) return item
    if (item.state === 'TERMINATED') throw new Error(`${path} was terminated: ${JSON.stringify(item)}`)
    await sleep(10)
  }
}

/** The state that the provider tells the consumer, asked again where the balancer's answer is 502. */
async function told({ provider, consumer }: Fleet, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${consumer.tokenFor('provider')}` }
  for (;;) {
    const answer = await fetch(`${provider.protocolUrl}/${path}`, { headers })
    const body = await answer.text()
    if (answer.status === 200) return (JSON.parse(body) as { state: string }).state
    if (answer.status !== 502) throw new Error(`${answer.status} ${body}`)
  }
}

for (const replicas of [2, 4])
  t.test(`one of ${replicas} replicas is killed under load: every negotiation ends well, once, in order`, t =>
    killOne(t, replicas),
  )

/** Kills one of several control processes while negotiations are under way, and looks at what has become of each. */
async function killOne(t: Test, replicas: number): Promise<void> {
  const COUNT = 24
  const { fleet: all, books } = await fleet(t, { controls: replicas, datas: 0 })
  const { provider, consumer, controls, balancers } = all
  await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
  const offer = await findOffer(consumer, provider, 'wind')

  let finished = 0
  let kill: Promise<void> | undefined
  const seen = await Promise.all(
    Array.from({ length: COUNT }, async () => {
      const id = await negotiate(consumer, provider, offer)
      const { peerPid } = await reach(all, `negotiations/${encodeURIComponent(id)}`, 'FINALIZED')
      // While the others are under way: some at all replicas, some at those that are left.
      if (++finished === 3) kill = controls[0]?.kill()
      const path = `negotiations/${encodeURIComponent(peerPid)}`
      return Promise.all([told(all, path), told(all, path), told(all, path)])
    }),
  )
  await kill
  t.notOk(controls[0]?.alive())
  t.ok((balancers.protocol.answers.get(502) ?? 0) > 0, 'the balancer has had to say that a replica was not there')
  t.same(new Set(seen.flat()), new Set(['FINALIZED']), 'no replica tells a state from before')

  await t.test('each agreement exists once, the same on both sides', async t => {
    const agreements = (db: Database) =>
      db.query<{ id: string }>('select id, agreement from agreement where finalized_at is not null order by id')
    const [ours, theirs] = [await agreements(books.provider), await agreements(books.consumer)]
    t.equal(ours.length, COUNT)
    t.same(ours, theirs)
    for (const db of Object.values(books))
      t.match(await db.query('select count(*)::int as processes from process'), [{ processes: COUNT }])
  })

  await t.test('nobody was refused anything, and messages went out in their order', async t => {
    const happened = (db: Database) =>
      db.query<{ story: string }>(
        `select distinct string_agg(event || ' ' || message, ', ' order by seq) as story from journal
       where event not in ('decided', 'commanded') group by process_id`,
      )
    t.same(await happened(books.consumer), [
      { story: 'acknowledged request, received agree, acknowledged verify, received finalize' },
    ])
    t.same(await happened(books.provider), [
      { story: 'received request, acknowledged agree, received verify, acknowledged finalize' },
    ])
  })
}

t.test('control and data processes work together: data flows, stops and goes on as either side wants', async t => {
  const { fleet: all } = await fleet(t, { controls: 2, datas: 2 })
  const { provider, consumer, balancers } = all
  const drip = await startDrip(t)
  await addDataset(provider, 'drip', { type: 'HttpData', baseUrl: drip.url })
  const offer = await findOffer(consumer, provider, 'drip')
  const negotiation = await negotiate(consumer, provider, offer)
  const { agreementId } = await reach(all, `negotiations/${encodeURIComponent(negotiation)}`, 'FINALIZED')
  const id = encodeURIComponent(await transfer(consumer, provider, agreementId))
  const { peerPid } = await reach(all, `transfers/${id}`, 'STARTED')

  /** Where the data is, with a token that is good now. */
  async function way() {
    const { dataAddress } = (await consumer.api('GET', `/management/v1/transfers/${id}/edr?fresh=true`)) as {
      dataAddress: { endpoint: string; endpointProperties: { name: string; value: string }[] }
    }
    const token = dataAddress.endpointProperties.find(({ name }) => name === 'authorization')?.value ?? ''
    return () => fetch(dataAddress.endpoint, { headers: { authorization: `Bearer ${token}` } })
  }

  /** A stream through the balancer, of which the first piece has come; `end` tells how it ends. */
  async function open(ask: () => Promise<Response>) {
    const reader = (await ask()).body?.getReader()
    t.equal(new TextDecoder().decode((await reader?.read())?.value), 'first piece\n')
    const toTheEnd = async () => {
      for (;;) if ((await reader?.read())?.done) return 'complete'
    }
    return { end: toTheEnd().catch(() => 'broken off') }
  }

  const before = await way()
  t.ok((await before()).url.startsWith(balancers.data.url), 'the address is that of the data processes')
  // One at each data process.
  const streams = [await open(before), await open(before)]
  const ours = `transfers/${encodeURIComponent(peerPid)}`
  await provider.persist('POST', `/management/v1/${ours}/suspend`, { reason: 'lunch' })
  t.same(await Promise.all(streams.map(({ end }) => end)), ['broken off', 'broken off'])
  await reach(all, `transfers/${id}`, 'SUSPENDED')
  t.same([(await before()).status, (await before()).status], [403, 403], 'neither lets the token in')

  await provider.persist('POST', `/management/v1/${ours}/resume`, {})
  await reach(all, `transfers/${id}`, 'STARTED')
  const after = await way()
  const again = [await open(after), await open(after)]
  drip.finish()
  t.same(await Promise.all(again.map(({ end }) => end)), ['complete', 'complete'])
  t.equal((await before()).status, 401, 'the token from before the suspension is worth nothing')

  await t.test('a push is done by a data process, and its end told by a control process', t => push(t, all))
})

/** A push is done by a data process, and its end told by a control process. */
async function push(t: Test, all: Fleet): Promise<void> {
  const { provider, consumer } = all
  await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
  const { url, received } = await startReceiver(t)
  const negotiation = await negotiate(consumer, provider, await findOffer(consumer, provider, 'wind'))
  const { agreementId } = await reach(all, `negotiations/${encodeURIComponent(negotiation)}`, 'FINALIZED')
  const { '@id': id } = (await consumer.api('POST', '/management/v3/transferprocesses', {
    '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
    counterPartyAddress: provider.protocolUrl,
    counterPartyId: 'provider',
    protocol: 'dataspace-protocol-http:2025-1',
    contractId: agreementId,
    transferType: 'HttpData-PUSH',
    dataDestination: { type: 'HttpData', baseUrl: url },
  })) as { '@id': string }
  await reach(all, `transfers/${encodeURIComponent(id)}`, 'COMPLETED')
  t.same(received, ['hour,mwh\n0,17\n'])
}

/** Somebody data is pushed to. */
async function startReceiver(t: Test) {
  const received: string[] = []
  const server = createServer(async (request, response) => {
    received.push(await text(request))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/inbox`, received }
}
