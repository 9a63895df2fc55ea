import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { momentOf, placeSince } from '../../src/cli/events/since.ts'
import { type CloudEvent, streamEvents } from '../../src/cli/events/stream.ts'
import { KontorError } from '../../src/errors.ts'
import type { Participant } from '../../src/lab/index.ts'
import { negotiate, openShop } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'
import { startCommand } from './command.ts'
import { kontor } from './in-process.ts'

/** A connector that answers requests for events one after the other, and with what it was asked. */
async function startStream(t: Test, ...answers: readonly ((response: ServerResponse) => void)[]) {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(String(request.headers['last-event-id']))
    answers[asked.length - 1]?.(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  return { api: { url: `http://127.0.0.1:${port}`, key: 'k' }, asked }
}

const event = (place: number) => `id: ${place}\ndata: ${JSON.stringify({ id: `e${place}`, sequence: `${place}` })}\n\n`
const stream = (text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`retry: 1\n\n${text}`)
}
const refuse = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end('{"detail":"No."}')
}

/** So many events of a stream. */
async function take(events: AsyncGenerator<CloudEvent>, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of events) if (ids.push(id) === count) break
  return ids
}

t.test('a line that is lost is taken up behind the last event, whatever stood between events', async t => {
  const { api, asked } = await startStream(
    t,
    stream(`:\n\n${event(1)}${event(2)}id: 7\n\n`),
    refuse(503),
    response => response.destroy(),
    stream(`data: {"id":\ndata: "e8"}\nid:8\n\r\n${event(9)}`),
  )
  const { signal } = new AbortController()
  t.same(await take(streamEvents(api, { wanted: {}, after: '0', signal }), 4), ['e1', 'e2', 'e8', 'e9'])
  t.same(asked, ['0', '7', '7', '7'])
})

t.test('what cannot pass by itself ends it: a wrong key, events that are gone, nobody there', async t => {
  const { signal } = new AbortController()
  for (const status of [401, 403, 410]) {
    const { api } = await startStream(t, refuse(status))
    await t.rejects(take(streamEvents(api, { wanted: {}, signal }), 1), {
      code: 'refused',
      message: new RegExp(`answered ${status}`),
    })
  }
  await t.rejects(take(streamEvents({ url: 'http://127.0.0.1:1', key: 'k' }, { wanted: {}, signal }), 1), {
    code: 'no-connector',
  })
})

t.test('a moment is a time, or how long ago', async t => {
  const now = new Date('2026-11-26T12:00:00Z')
  t.same(momentOf('30m', now), new Date('2026-11-26T11:30:00Z'))
  t.same(momentOf('2026-11-25T00:00:00Z', now), new Date('2026-11-25T00:00:00Z'))
  for (const text of ['yesterday', '5', '']) t.throws(() => momentOf(text, now), /--since must be a time/)
})

t.test('the place of a moment is found among many events with few questions, wherever it lies', async t => {
  const [first, last] = [500, 1_000_000]
  let questions = 0
  const timeBehind = async (place: number) => {
    questions++
    if (place > last) throw new KontorError('refused', 400, 'no event has that number yet')
    if (place > 0 && place < first - 1) throw new KontorError('refused', 410, 'gone')
    const next = Math.max(place + 1, first)
    return next > last ? undefined : new Date(next * 1_000)
  }
  for (const wanted of [0, first, first + 1, 77_777, last, last + 5]) {
    questions = 0
    const place = await placeSince(new Date(wanted * 1_000), timeBehind)
    const behind = await timeBehind(place).catch(() => undefined)
    t.same(behind, wanted > last ? undefined : new Date(Math.max(wanted, first) * 1_000), `${wanted}`)
    t.ok(questions < 50, `${questions} questions`)
  }
})

const at = (who: Participant): Record<string, string> => ({
  HOME: '/nowhere',
  KONTOR_URL: who.urls.management,
  KONTOR_KEY: who.key,
})

t.test('what has happened is listed, and what happens is told until it is stopped', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const watching = await startCommand(
    t,
    ['events', '--watch', '--type', 'negotiation.*', '-o', 'json'],
    at(lab.consumer),
  )
  await negotiate(lab)
  await watching.said('dev.kontor.negotiation.finalized')
  watching.child.kill('SIGINT')
  const { code, stdout } = await watching.ended
  t.equal(code, 0)
  const types = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).type)
  t.ok(types.every(type => type.startsWith('dev.kontor.negotiation.')))

  const listed = await kontor(t, ['events', '--since', '1h', '--type', 'negotiation.finalized'], at(lab.consumer))
  t.match(
    listed.stdout,
    /^TIME +EVENT +SUBJECT +WHAT\n\S+Z +negotiation\.finalized +\S+ +with did:web:nordwerk\.example, for iowa-generation/,
  )
  const all = JSON.parse((await kontor(t, ['events', '--since', '1h', '-o', 'json'], at(lab.consumer))).stdout)
  const [one] = all.slice(-2)
  const rest = JSON.parse((await kontor(t, ['events', '--after', one.sequence, '-o', 'json'], at(lab.consumer))).stdout)
  t.same(
    rest.map(({ id }: CloudEvent) => id),
    all.slice(-1).map(({ id }: CloudEvent) => id),
  )
  t.match(await kontor(t, ['events', '--since', '2999-01-01T00:00:00Z'], at(lab.consumer)), {
    stdout: '',
    stderr: /no events/,
  })
  t.match(await kontor(t, ['events', '--type', 'nonsense'], at(lab.consumer)), { code: 1, stderr: /nonsense/ })
})
