import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import { post } from '../../src/lab/api.ts'
import type { Part } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, type Shown } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { answerOf, notedBy, read, startUnder, useIf } from '../support/terms.ts'

const times = (count: number) => useIf({ leftOperand: 'count', operator: 'lteq', rightOperand: count })

/** A source that answers as it is told. */
async function startSource(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const whole = (t: Test) => startSource(t, (_, response) => response.end('all of it'))

t.test('of any number of accesses at once exactly so many as agreed are let in', async t => {
  const drip = await startDrip(t)
  const { lab, paths } = await startUnder(t, { terms: times(7), url: drip.url })
  const way = await wayOf(lab.consumer, paths.consumer)
  const answers = await Promise.all(Array.from({ length: 40 }, () => knock(way)))
  const [let_in, refused] = [answers.filter(({ ok }) => ok), answers.filter(({ status }) => status === 403)]
  t.strictSame([let_in.length, refused.length], [7, 33])
  t.match(await refused[0]?.json(), { code: 'not-permitted', detail: /because of count/ })

  drip.finish()
  const bodies = await Promise.all(let_in.map(response => response.text()))
  t.ok(
    bodies.every(body => body === 'first piece\nlast piece\n'),
    'what was let in is not cut by those that were not',
  )
  const { error } = await reach<Shown>(lab.consumer, paths.consumer, 'TERMINATED')
  t.match(error, /because of count/, 'when the last is over, there is nothing left to come for')
  const [noted] = await notedBy(lab.provider, paths.provider, 'policy-monitor')
  t.match(noted, { message: 'terminate', detail: { report: { permitted: false } } })
})

t.test('two connectors on one database together let in exactly so many', async t => {
  const drip = await startDrip(t)
  const known: { config?: Config } = {}
  const adjust = (config: Config, part: Part) => {
    if (part === 'provider') known.config = config
    return config
  }
  const { lab, paths } = await startUnder(t, { terms: times(7), url: drip.url, adjust })
  if (!known.config) throw new Error('there is no provider')
  const { config } = known
  const free = { host: '127.0.0.1', port: 0 }
  const other = await createConnector(
    {
      ...config,
      protocol: { ...config.protocol, ...free },
      management: { ...config.management, ...free },
      data: { ...config.data, ...free },
    },
    { log: new PassThrough().resume() },
  )
  t.teardown(() => other.stop())
  await other.start()

  const way = await wayOf(lab.consumer, paths.consumer)
  const { pathname } = new URL(way.endpoint)
  const ways = [way, { ...way, endpoint: `${other.urls().data}${pathname}` }] as const
  const knocks = Array.from({ length: 40 }, (_, at) => at % 2)
  const answers = await Promise.all(knocks.map(at => knock(ways[at] ?? way)))
  const count = (status: number) => answers.filter(answer => answer.status === status).length
  t.strictSame([count(200), count(403)], [7, 33])
  const { db } = lab.provider.connector
  t.match(await db.query('select begun::int, ended::int from agreement_usage'), [{ begun: 7, ended: 0 }])
  drip.finish()
  await Promise.all(answers.map(answer => answer.text()))
  t.match((await reach<Shown>(lab.consumer, paths.consumer, 'TERMINATED')).error, /because of count/)
})

t.test('all transfers under an agreement count together, and a restart forgets nothing', async t => {
  const { lab, paths, agreementId } = await startUnder(t, { terms: times(3), url: await whole(t) })
  const second = await beginTransfer(lab, agreementId)
  await reach(lab.consumer, second, 'STARTED')
  const ways = [await wayOf(lab.consumer, paths.consumer), await wayOf(lab.consumer, second)] as const
  t.equal((await answerOf(ways[0])).text, 'all of it')
  await lab.provider.stop()
  await lab.provider.start()
  t.equal((await answerOf(ways[1])).text, 'all of it')
  t.equal((await answerOf(ways[0])).text, 'all of it')
  t.equal((await answerOf(ways[1])).status, 403)
  for (const path of [paths.consumer, second]) await reach(lab.consumer, path, 'TERMINATED')
  const third = await beginTransfer(lab, agreementId)
  t.match(await reach<Shown>(lab.consumer, third, 'TERMINATED'), { error: /because of count/ })
})

t.test('an access of which nothing was had does not count', async t => {
  let broken = true
  const url = await startSource(t, (_, response) => {
    if (broken) response.writeHead(500)
    response.end('all of it')
  })
  const { lab, paths } = await startUnder(t, { terms: times(1), url })
  const way = await wayOf(lab.consumer, paths.consumer)
  for (let round = 0; round < 3; round++) t.equal((await answerOf(way)).status, 502)
  broken = false
  t.strictSame(await answerOf(way), { status: 200, text: 'all of it' })
  t.equal((await answerOf(way)).status, 403)
})

t.test('no byte more than agreed leaves, however many streams there are', async t => {
  const piece = Buffer.alloc(1_000, 'x')
  const url = await startSource(t, async (_, response) => {
    for (let sent = 0; sent < 40 && !response.destroyed; sent++)
      await new Promise(resolve => response.write(piece, resolve))
    response.end()
  })
  const limit = { leftOperand: 'urn:kontor:volume', operator: 'lteq', rightOperand: 100_000 }
  const { lab, paths } = await startUnder(t, { terms: useIf(limit), url })
  const way = await wayOf(lab.consumer, paths.consumer)
  const received = await Promise.all(
    Array.from({ length: 5 }, async () => {
      let bytes = 0
      try {
        const response = await knock(way)
        if (response.ok) for await (const chunk of response.body ?? []) bytes += chunk.length
      } catch {
        // Cut, maybe before the first piece: what has come until then was let out.
      }
      return bytes
    }),
  )
  const total = received.reduce((sum, bytes) => sum + bytes, 0)
  t.ok(total <= 100_000, `${total} bytes`)
  t.ok(total > 30_000, `${total} bytes`)
  const [row] = await lab.provider.connector.db.query<{ bytes: string }>('select bytes from agreement_usage')
  const counted = Number(row?.bytes)
  t.ok(counted >= total && counted <= 100_000, `${counted} bytes were let out`)
})

t.test('a person who suspends and resumes does not give the uses back', async t => {
  const { lab, paths } = await startUnder(t, { terms: times(2), url: await whole(t) })
  t.equal((await read(lab.consumer, paths.consumer)).first, 'all of it')
  await post(lab.provider, `${paths.provider}/suspend`, { reason: 'lunch' })
  await reach(lab.consumer, paths.consumer, 'SUSPENDED')
  await reach(lab.provider, paths.provider, 'SUSPENDED')
  await post(lab.provider, `${paths.provider}/resume`, {})
  await reach(lab.consumer, paths.consumer, 'STARTED')
  t.equal((await read(lab.consumer, paths.consumer)).first, 'all of it')
  await reach(lab.consumer, paths.consumer, 'TERMINATED')
})
