import t from 'tap'
import { dial } from '../http/support.ts'
import { gate } from '../support/gate.ts'
import { answering, startLiar } from '../support/liars.ts'
import { DSP, fill, type Reply, secrets, startTarget, type Target } from './world.ts'

const limits = {
  openNegotiations: 3,
  openTransfers: 2,
  requestsAtOnce: 2,
  eventStreams: 2,
  connections: 100,
  managementRequests: 1_000,
  managementFailures: 1_000,
}

/** A first request by its number, on changed terms: it stays open until a person has decided. */
const request = (token: string, target: Target, offer: string, number: number) =>
  target.say(token, '/negotiations/request', {
    '@type': 'ContractRequestMessage',
    consumerPid: `urn:uuid:${number}`,
    callbackAddress: 'http://127.0.0.1:9/dsp',
    offer: { '@type': 'Offer', '@id': offer, target: 'wind', permission: [{ action: 'distribute' }] },
  })

t.test('who has as many negotiations open as it may begins no more, and nobody else notices', async t => {
  const target = await startTarget(t, { limits })
  const { offer } = await fill(target)
  const ids: string[] = []
  for (const number of [1, 2, 3]) {
    const { status, body } = await request(secrets.peer, target, offer, number)
    t.equal(status, 201)
    ids.push((body as { providerPid: string }).providerPid)
  }
  const before = await target.digest()
  const refused = await request(secrets.peer, target, offer, 4)
  t.match(refused, {
    status: 429,
    headers: { 'retry-after': '30' },
    body: {
      '@type': 'ContractNegotiationError',
      code: 'too-many',
      reason: [/3 open negotiations/],
      consumerPid: 'urn:uuid:4',
    },
  })
  t.equal(await target.digest(), before, 'nothing has changed')
  t.match(
    await request(secrets.peer, target, offer, 2),
    { status: 201, body: { providerPid: ids[1] } },
    'a repetition is no new one',
  )
  t.equal((await request(secrets.rival, target, offer, 4)).status, 201, 'the rival has room of its own')

  const ended = await target.say(secrets.peer, `/negotiations/${encodeURIComponent(ids[0] ?? '')}/termination`, {
    '@type': 'ContractNegotiationTerminationMessage',
    consumerPid: 'urn:uuid:1',
    providerPid: ids[0],
  })
  t.equal(ended.status, 200)
  t.equal((await request(secrets.peer, target, offer, 4)).status, 201, 'one has ended, so there is room for another')
})

t.test('offers and transfers have limits of their own', async t => {
  const silentPeer = await startLiar(t, answering(500))
  const target = await startTarget(t, { limits })
  await fill(target)
  const offers = (number: number) =>
    target.say(secrets.peer, '/negotiations/offers', {
      '@type': 'ContractOfferMessage',
      providerPid: `urn:uuid:${number}`,
      callbackAddress: silentPeer.url,
      offer: { '@type': 'Offer', '@id': 'o', target: 'd', permission: [{ action: 'use' }] },
    })
  for (const number of [1, 2, 3]) t.equal((await offers(number)).status, 201)
  t.match(await offers(4), { status: 429, body: { code: 'too-many' } })

  const transfers = (number: number) =>
    target.say(secrets.rival, '/transfers/request', {
      '@type': 'TransferRequestMessage',
      consumerPid: `urn:uuid:${number}`,
      callbackAddress: silentPeer.url,
      agreementId: 'agreement-as-provider',
      format: 'HttpData-PULL',
    })
  t.equal((await transfers(1)).status, 201, 'one is running already')
  t.match(await transfers(2), {
    status: 429,
    headers: { 'retry-after': /^\d+$/ },
    body: { '@type': 'TransferError', code: 'too-many' },
  })
})

t.test('who sends many requests at once waits for itself; more than can wait are refused; others pass', async t => {
  const target = await startTarget(t, { limits })
  const port = Number(new URL(target.urls.protocol).port)
  const body = JSON.stringify({ '@context': [DSP], '@type': 'CatalogRequestMessage' })
  const head = `POST /dsp/2025-1/catalog/request HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secrets.peer}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`
  const ask = (token: string) => target.say(token, '/catalog/request', { '@type': 'CatalogRequestMessage' })

  // Two requests whose bodies do not come hold both places; of those behind them sixteen wait.
  const holding = [await dial(t, port), await dial(t, port)]
  for (const line of holding) {
    line.say(head)
    await line.hear(/100 Continue/)
  }
  const replies: Reply[] = []
  const eight = gate()
  const asked = Array.from({ length: 24 }, async () => {
    if (replies.push(await ask(secrets.peer)) === 8) eight.open()
  })
  await eight.opened
  for (const reply of replies)
    t.match(reply, {
      status: 429,
      headers: { 'retry-after': '1' },
      body: { '@type': 'CatalogError', code: 'too-many' },
    })
  t.equal((await ask(secrets.rival)).status, 200, 'the rival is served while the peer waits')

  for (const line of holding) line.say(body)
  await Promise.all(asked)
  t.equal(replies.filter(({ status }) => status === 200).length, 16, 'nobody who waited is forgotten')
  for (const line of holding) t.match(await line.heardAll(), /HTTP\/1.1 200 /)
  t.equal((await ask(secrets.peer)).status, 200)
})
