import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { acknowledging, answering, halfway, silent, startLiar, startLine } from '../support/liars.ts'
import { PEER, RIVAL, startTarget, type Target } from './world.ts'

const honest = acknowledging(() => `urn:uuid:${randomUUID()}`)
const hour = 3_600_000

/** Asks a provider at some address for a contract; gives the negotiation's id. */
async function ask({ operator }: Target, counterparty: string, address: string): Promise<string> {
  const offer = { '@type': 'Offer', '@id': 'o', target: 'd', permission: [{ action: 'use' }] }
  const { status, body } = await operator('POST', '/v1/negotiations', {
    counterparty,
    address: `${address}/dsp/2025-1`,
    offer,
  })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return (body as { id: string }).id
}

const show = async ({ operator }: Target, id: string) =>
  (await operator('GET', `/v1/negotiations/${encodeURIComponent(id)}`)).body
const detail = async ({ operator }: Target, id: string) =>
  ((await operator('GET', `/v3/contractnegotiations/${encodeURIComponent(id)}`)).body as { errorDetail?: string })
    .errorDetail

/** How peers lie, and what an operator is told of it. Those that keep us waiting are not waited for long; all others may take their time, as machines do. */
// biome-ignore format: a table is read by its columns
const lies: readonly (readonly [what: string, start: (t: Test) => Promise<{ url: string }>, told: RegExp])[] = [
  [ 'answers nothing',                      liar(silent),                                        /no complete answer in time/          ],
  [ 'sends half an answer and waits',       liar(halfway(false)),                                /no complete answer in time/          ],
  [ 'sends half an answer and hangs up',    liar(halfway(true)),                                 /the connection broke/                ],
  [ 'answers 500',                          liar(answering(500)),                                /answered 500/                        ],
  [ 'answers 200 in no words of ours',      liar(answering(200, {}, '<html>')),                  /no usable providerPid/               ],
  [ 'answers with an id of two megabytes',  liar(acknowledging(() => 'x'.repeat(2_000_000))),   /larger than we take/                 ],
  [ 'answers with an id that is no text',   liar(acknowledging(() => 'a\0b')),                   /no usable providerPid/               ],
  [ 'redirects',                            liar(answering(307, { location: 'http://127.0.0.1:1/' })), /answered 307/                  ],
  [ 'speaks another language',              t => startLine(t, line => line.end('SSH-2.0-x\r\n')), /the exchange failed \(HPE_\w+\)/    ],
  [ 'hangs up at once',                     t => startLine(t, line => line.destroy()),           /the connection broke/                ],
]

function liar(answer: RequestListener) {
  return (t: Test) => startLiar(t, answer)
}

for (const [what, start, told] of lies)
  t.test(`a peer that ${what} is shown as what it is, with when it is tried again and until when`, async t => {
    const { url } = await start(t)
    const target = await startTarget(t, {
      network: { allow: ['127.0.0.1'], timeout: String(told).includes('in time') ? 500 : 60_000 },
      delivery: { giveUpAfter: hour },
    })
    const begun = Date.now()
    const id = await ask(target, PEER, url)
    await target.logged(/work failed/)
    await target.connector.outbox.drained()
    const shown = (await show(target, id)) as { delivery: Record<string, string | number> }
    t.match(shown, { state: null, sending: ['request'], error: null, delivery: { lastError: told } })
    t.ok(Number(shown.delivery.attempts) >= 1)
    t.ok(Date.parse(String(shown.delivery.nextAttempt)) >= begun)
    t.equal(Date.parse(String(shown.delivery.deadline)) - Date.parse(String(shown.delivery.since)), hour)
    t.match(await detail(target, id), told, 'clients of the EDC see it, too')
  })

t.test('a peer that answers 500 for an hour is given up at the deadline, not before, and that is told', async t => {
  let ahead = 0
  const peer = await startLiar(t, answering(500))
  const delivery = { giveUpAfter: hour }
  const target = await startTarget(t, { delivery }, () => new Date(Date.now() + ahead))
  const id = await ask(target, PEER, peer.url)
  await target.connector.outbox.drained()
  for (let minutes = 10; minutes < 60; minutes += 10) {
    ahead = minutes * 60_000
    await target.connector.outbox.drained()
    t.match(
      await show(target, id),
      { state: null, delivery: { lastError: /answered 500/ } },
      `after ${minutes} minutes`,
    )
  }
  const asked = peer.requests()
  t.ok(asked >= 6 && asked < 40, `tried ever less often: ${asked} times`)
  ahead = hour + 1_000
  await target.connector.outbox.drained()
  t.match(await show(target, id), {
    state: 'TERMINATED',
    error: /^not delivered: did:web:peer answered 500/,
    delivery: null,
  })
  t.match(await detail(target, id), /^not delivered: did:web:peer answered 500/)
  t.match(await target.logged(/delivery given up/), /"reason":"not delivered: did:web:peer answered 500/)
})

t.test('a peer that gives all processes one id has one process, and the others are not mixed up with it', async t => {
  const peer = await startLiar(
    t,
    acknowledging(() => 'urn:uuid:the-same'),
  )
  const target = await startTarget(t)
  const first = await ask(target, PEER, peer.url)
  await target.connector.outbox.drained()
  const second = await ask(target, PEER, peer.url)
  await target.logged(/work failed/)
  await target.connector.outbox.drained()
  t.match(await show(target, first), { state: 'REQUESTED', peerPid: 'urn:uuid:the-same' })
  t.match(await show(target, second), {
    state: null,
    peerPid: null,
    delivery: { lastError: /given to another process/ },
  })
  t.same(
    target.log.filter(line => line.includes('unexpected')),
    [],
  )
})

for (const [what, answer] of [
  ['answers nothing', silent],
  ['sends half an answer', halfway(false)],
] as const)
  t.test(`while a peer ${what} to a hundred messages, another is served at once`, async t => {
    // In this order, since what was started last is ended first: who waits for the bad one then waits no longer.
    const target = await startTarget(t, { network: { allow: ['127.0.0.1'], timeout: 60_000 } })
    const bad = await startLiar(t, answer)
    const good = await startLiar(t, honest)
    const stuck: string[] = []
    for (let i = 0; i < 100; i++) stuck.push(await ask(target, PEER, bad.url))
    await bad.heard(24)
    const served = await ask(target, RIVAL, good.url)
    await target.logged(new RegExp(`"process":"${served}".*"to":"REQUESTED"`))
    t.match(await show(target, served), { state: 'REQUESTED' })
    t.equal(bad.requests(), 24, 'the bad one has as many of our connections as one may have, and no more')
    for (const id of stuck.slice(0, 3)) t.match(await show(target, id), { state: null, sending: ['request'] })
  })
