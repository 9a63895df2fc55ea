import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { DataAddress, EndpointProperty, SourceAddress } from '../../src/signaling/index.ts'
import { gate } from '../support/gate.ts'
import { createSource, createWorld, flowOf, type World } from './world.ts'

const data = randomBytes(500_000)
const edc = 'https://w3id.org/edc/v0.0.1/ns/'

/** A receiver that answers with these statuses, one after the other, then with 200. */
async function createSink(t: Test, statuses: readonly number[] = []) {
  const left = [...statuses]
  const received: { headers: IncomingHttpHeaders; method: string | undefined; body: Buffer }[] = []
  const url = await createSource(t, async (request, response) => {
    const body = await buffer(request).catch(() => Buffer.alloc(0))
    received.push({ headers: request.headers, method: request.method, body })
    response.writeHead(left.shift() ?? 200, { location: 'http://127.0.0.1:1/' }).end()
  })
  return { url, received }
}

const property = (name: string, value: string): EndpointProperty => ({ '@type': 'EndpointProperty', name, value })

const addressAt = (endpoint: string | undefined, ...properties: EndpointProperty[]): DataAddress => ({
  '@type': 'DataAddress',
  endpointType: 'HttpData',
  ...(endpoint === undefined ? {} : { endpoint }),
  endpointProperties: properties,
})

const dataSource = async (t: Test) => ({
  type: 'HttpData',
  baseUrl: await createSource(t, (_, response) => response.setHeader('content-type', 'text/csv').end(data)),
})

const pushOf = (source: SourceAddress, destination: DataAddress, id = 'flow-1') =>
  flowOf(source, { id, format: 'HttpData-PUSH', destination })

const stateOf = async ({ db }: World) =>
  (await db.query('select state, due, attempts, reason, bytes from data_flow order by id'))[0]

const hasty = { tick: 10, pushAgain: [1, 1, 1] }

t.test('the data is posted to the consumer’s address, and the control plane is told', async t => {
  const sink = await createSink(t)
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const completed = world.next('completed')
  const source = await dataSource(t)
  t.equal(
    await world.plane.start(
      pushOf(
        source,
        addressAt(`${sink.url}/in?x=1`, property('authorization', 'secret'), property('authType', 'bearer')),
      ),
    ),
    undefined,
  )
  t.equal(await completed, 'flow-1')
  t.match(sink.received, [{ method: 'POST', headers: { authorization: 'Bearer secret', 'content-type': 'text/csv' } }])
  t.ok(sink.received[0]?.body.equals(data))
  await world.stop()
  t.match(await stateOf(world), { state: 'completed', due: null, bytes: '500000' })
  t.match(world.served, [{ flow: 'flow-1', format: 'HttpData-PUSH', status: 200, bytes: 500_000 }])
  t.equal(await world.plane.start(pushOf(source, addressAt(sink.url))), undefined, 'a late repetition starts nothing')
})

t.test('an address in the EDC’s words is understood', async t => {
  const sink = await createSink(t)
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const completed = world.next('completed')
  const address = addressAt(
    undefined,
    property(`${edc}baseUrl`, sink.url),
    property(`${edc}authKey`, 'X-Api-Key'),
    property(`${edc}authCode`, 'k'),
  )
  await world.plane.start(pushOf(await dataSource(t), address))
  await completed
  t.match(sink.received, [{ headers: { 'x-api-key': 'k' } }])
})

t.test('an address may not smuggle headers', async t => {
  const world = await createWorld(t)
  const source = await dataSource(t)
  const smuggling = [
    [property('authKey', 'Transfer-Encoding'), property('authCode', 'chunked')],
    [property('authKey', 'Host'), property('authCode', 'internal')],
    [property('authKey', 'X-A'), property('authCode', 'a\r\nHost: internal')],
    [property('authorization', 'a\r\nHost: internal')],
  ]
  for (const properties of smuggling)
    await t.rejects(world.plane.start(pushOf(source, addressAt('http://127.0.0.1:1/', ...properties))), {
      code: 'invalid',
    })
})

t.test('a failure is tried again, and is forgotten when it went well', async t => {
  const sink = await createSink(t, [500, 429, 503])
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const completed = world.next('completed')
  await world.plane.start(pushOf(await dataSource(t), addressAt(sink.url)))
  await completed
  t.equal(sink.received.length, 4)
  t.equal(world.served.filter(({ broken }) => broken !== undefined).length, 3)
})

t.test('when all attempts have failed the control plane is told why', async t => {
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const failed = world.next('failed')
  await world.plane.start(pushOf(await dataSource(t), addressAt('http://127.0.0.1:1/')))
  t.same(await failed, { id: 'flow-1', reason: 'The address to push to cannot be reached (ECONNREFUSED).' })
  await world.stop()
  t.equal(world.served.length, 4)
  t.match(await stateOf(world), { state: 'terminated', due: null, reason: /ECONNREFUSED/ })
})

t.test('a source that is busy is asked a few times, not for ever', async t => {
  let asked = 0
  const baseUrl = await createSource(t, (_, response) => {
    asked++
    response.writeHead(503).end()
  })
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const failed = world.next('failed')
  await world.plane.start(pushOf({ type: 'HttpData', baseUrl }, addressAt('http://127.0.0.1:1/')))
  t.match(await failed, { reason: /source of the data is busy/ })
  t.equal(asked, 4)
})

t.test('a refusal that cannot change is believed at once', async t => {
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  for (const status of [400, 401, 404, 410, 301]) {
    const sink = await createSink(t, [status])
    const failed = world.next('failed')
    await world.plane.start(pushOf(await dataSource(t), addressAt(sink.url), `flow-${status}`))
    t.match(await failed, { reason: new RegExp(`answered ${status}`) })
    t.equal(sink.received.length, 1)
  }
})

t.test('a receiver that refuses before it has read everything is not sent the rest', async t => {
  const sink = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'))
  })
  sink.listen(0, '127.0.0.1')
  await once(sink, 'listening')
  t.teardown(() => sink.close())
  const address = sink.address()
  const endless = await createSource(t, (_, response) => {
    const more = () => response.write(data, error => error || more())
    more()
  })
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const failed = world.next('failed')
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  await world.plane.start(pushOf({ type: 'HttpData', baseUrl: endless }, addressAt(url)))
  t.match(await failed, { reason: /answered 413|cannot be reached/ })
})

t.test('a source that breaks off leaves the receiver with a broken request, not with half the data', async t => {
  const baseUrl = await createSource(t, (_, response) => {
    response.write(data)
    response.socket?.end()
  })
  const outcomes: string[] = []
  const sink = await createSource(t, (request, response) => {
    buffer(request).then(
      () => outcomes.push('complete'),
      () => outcomes.push('broken'),
    )
    response.on('error', () => {})
  })
  const world = await createWorld(t, { timing: { ...hasty, pushAgain: [] } })
  await world.start()
  const failed = world.next('failed')
  await world.plane.start(pushOf({ type: 'HttpData', baseUrl }, addressAt(sink)))
  t.match(await failed, { reason: /broke off/ })
  t.notOk(outcomes.includes('complete'))
})

/** A source that stands still after a beginning until it is told to go on; all later answers are whole. */
async function haltingSource(t: Test) {
  let begun: (() => void) | undefined
  const beginning = new Promise<void>(resolve => {
    begun = resolve
  })
  let requests = 0
  const baseUrl = await createSource(t, (_, response) => {
    if (requests++ > 0) return void response.end(data)
    response.write(data.subarray(0, 1_000))
    begun?.()
  })
  return { source: { type: 'HttpData', baseUrl }, beginning }
}

t.test('suspension aborts a push, and starting again begins it anew', async t => {
  const sink = await createSink(t)
  const { source, beginning } = await haltingSource(t)
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const flow = pushOf(source, addressAt(sink.url))
  const broken = world.next('served')
  await world.plane.start(flow)
  await beginning
  await world.plane.suspend('flow-1', 'pause')
  t.match(await broken, { broken: /suspended/ })
  t.match(await stateOf(world), { state: 'suspended', due: null })

  const completed = world.next('completed')
  await world.plane.start(flow)
  await completed
  t.ok(sink.received.at(-1)?.body.equals(data))
})

t.test('termination aborts a push for good', async t => {
  const sink = await createSink(t)
  const { source, beginning } = await haltingSource(t)
  const world = await createWorld(t, { timing: hasty })
  await world.start()
  const broken = world.next('served')
  await world.plane.start(pushOf(source, addressAt(sink.url)))
  await beginning
  await world.plane.terminate('flow-1', 'over')
  t.match(await broken, { broken: /ended/ })
  await world.stop()
  t.match(await stateOf(world), { state: 'terminated', due: null, reason: 'over' })
})

t.test('a push that a stop has interrupted goes on after the next start', async t => {
  const sink = await createSink(t)
  const { source, beginning } = await haltingSource(t)
  const first = await createWorld(t, { timing: { ...hasty, grace: 0 } })
  await first.start()
  await first.plane.start(pushOf(source, addressAt(sink.url)))
  await beginning
  await first.stop()
  t.match(await stateOf(first), { state: 'started', attempts: 0 })

  const second = await createWorld(t, { db: first.db, timing: hasty })
  const completed = second.next('completed')
  await second.start()
  t.equal(await completed, 'flow-1')
  t.ok(sink.received.at(-1)?.body.equals(data))
})

t.test('an end that could not be told is told later, without pushing again', async t => {
  const sink = await createSink(t)
  let told = 0
  const listener = {
    completed: async () => {
      if (told++ < 2) throw new Error('the control plane is away')
    },
    failed: async () => {},
  }
  const world = await createWorld(t, { timing: hasty, listener })
  await world.start()
  const completed = world.next('completed')
  await world.plane.start(pushOf(await dataSource(t), addressAt(sink.url)))
  await completed
  t.equal(sink.received.length, 1)
  t.equal(told, 3)
  t.equal(world.unexpected.length, 2)
})

t.test('of many replicas one pushes', async t => {
  const sink = await createSink(t)
  const ids = Array.from({ length: 20 }, (_, index) => `flow-${index}`)
  const all = gate()
  const ended = new Set<string>()
  const listener = {
    async completed(id: string) {
      if (ended.add(id).size === ids.length) all.open()
    },
    failed: async () => {},
  }
  const one = await createWorld(t, { timing: hasty, listener })
  const others = await Promise.all([1, 2].map(() => createWorld(t, { db: one.db, timing: hasty, listener })))
  const source = await dataSource(t)
  for (const id of ids) await one.plane.start(pushOf(source, addressAt(`${sink.url}/${id}`), id))
  for (const world of [one, ...others]) await world.start()
  await all.opened
  t.equal(sink.received.length, ids.length)
})

t.test('another replica takes over when the one that pushes has lost its hold', async t => {
  const sink = await createSink(t)
  const { source, beginning } = await haltingSource(t)
  const first = await createWorld(t, { timing: { ...hasty, tick: 60_000 } })
  await first.start()
  await first.plane.start(pushOf(source, addressAt(sink.url)))
  await beginning
  const second = await createWorld(t, { db: first.db, timing: hasty })
  await second.start()
  const completed = second.next('completed')
  await first.db.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = $1
       and database = (select oid from pg_database where datname = current_database())`,
    [0x70757368],
  )
  t.equal(await completed, 'flow-1')
  t.equal(sink.received.filter(({ body }) => body.equals(data)).length, 1)
})

t.test('what the control plane forbids is not pushed until it allows it', async t => {
  const sink = await createSink(t)
  let asked = 0
  const mayAccess = async () => (asked++ < 2 ? 'not at this hour' : (true as const))
  const world = await createWorld(t, { timing: hasty, mayAccess })
  await world.start()
  const completed = world.next('completed')
  await world.plane.start(pushOf(await dataSource(t), addressAt(sink.url)))
  await completed
  t.equal(sink.received.length, 1)
  t.match(world.served[0], { broken: /not at this hour/, bytes: 0 })
})
