import { once } from 'node:events'
import t from 'tap'
import { createTail, type Fact, toCloudEvent } from '../../../src/events/index.ts'
import { openEventStream } from '../../../src/management/v1/event-stream.ts'
import { testDatabase } from '../../support/database.ts'

const fact = (id: string): Fact => ({ type: 'dataset.created', subject: id, data: { id } })

async function world(t: Parameters<typeof testDatabase>[0]) {
  const db = await testDatabase(t)
  const tail = createTail({ db, events: { failed: () => {} } })
  await tail.start()
  t.teardown(() => tail.close())
  const add = (count: number) =>
    db.transaction(tx =>
      tail.append(
        tx,
        Array.from({ length: count }, (_, n) => fact(String(n))),
        new Date(),
      ),
    )
  const following = {
    after: 0,
    wanted: {},
    show: (event: Parameters<typeof toCloudEvent>[1]) => toCloudEvent('us', event),
    ended: () => {},
  }
  return { tail, add, following }
}

t.test('a reader that takes nothing costs a bounded amount of memory, however much happens', async t => {
  const { tail, add, following } = await world(t)
  let reads = 0
  const counted = {
    ...tail,
    read(after: number, limit: number) {
      reads++
      return tail.read(after, limit)
    },
  }
  const stream = openEventStream(counted, following)
  await once(stream, 'readable')
  for (let round = 0; round < 5; round++) await add(1_000)
  await tail.bounds()
  await new Promise(setImmediate)
  t.ok(stream.readableLength < 300_000, `${stream.readableLength} bytes wait`)
  t.ok(reads <= 2, `${reads} pages of 25 were read`)
  let places = 0
  for await (const chunk of stream) {
    places += String(chunk).split('id: ').length - 1
    if (places === 5_000) break
  }
  t.equal(places, 5_000, 'and all is there when it goes on')
})

t.test('where nothing happens something is said now and then, and where nothing is wanted, how far it is', async t => {
  const { tail, add, following } = await world(t)
  const stream = openEventStream(tail, { ...following, keepAlive: 5, wanted: { subject: 'nothing' } })
  const chunks = stream[Symbol.asyncIterator]()
  const next = async () => String((await chunks.next()).value)
  t.equal(await next(), 'retry: 1000\n\n')
  t.equal(await next(), ':\n\n')
  await add(3)
  let said = ''
  while (!said.endsWith('id: 3\n\n:\n\n')) said += await next()
  t.strictSame(said.match(/id: .*/g), ['id: 3'], 'a reader that comes back need not look at these again')
  stream.destroy()
})

t.test('a stream that is given up leaves nobody behind who listens', async t => {
  const { tail, following } = await world(t)
  let over = 0
  let listeners = 0
  const counted = {
    ...tail,
    async listen(wake: () => void) {
      const stop = await tail.listen(wake)
      listeners++
      return () => {
        listeners--
        stop()
      }
    },
  }
  const stream = openEventStream(counted, { ...following, ended: () => over++ })
  stream.resume()
  while (listeners === 0) await new Promise(setImmediate)
  stream.destroy()
  while (listeners > 0) await new Promise(setImmediate)
  t.equal(over, 1)
})
