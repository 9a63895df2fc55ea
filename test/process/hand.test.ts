import t from 'tap'
import { createHand, type Errand, type Rest } from '../../src/process/hand.ts'

/** A hand whose work ends when told; `begun` lists what was started, `end` ends the first that is at work on it. */
function held(room = () => {}) {
  const begun: string[] = []
  const ends = new Map<string, ((rest?: Rest) => void)[]>()
  const hand = createHand(errand => {
    const name = `${errand.lane} ${errand.processId} ${errand.wakes}`
    begun.push(name)
    return new Promise(resolve => ends.set(name, [...(ends.get(name) ?? []), resolve]))
  }, room)
  const end = async (name: string, rest?: Rest) => {
    ends.get(name)?.shift()?.(rest)
    await new Promise(setImmediate)
  }
  return { hand, begun, end }
}

const errand = (processId: string, wakes = 1, more: Partial<Errand> = {}): Errand => ({
  kind: 'negotiation',
  lane: 'send',
  processId,
  counterparty: 'peer',
  payload: null,
  attempt: 0,
  refusals: 0,
  since: new Date(0),
  wakes,
  ...more,
})
const many = (count: number, more: Partial<Errand> = {}) =>
  Array.from({ length: count }, (_, i) => errand(`p${i}`, 1, more))

t.test(
  'in a lane of a process one errand is at work; of those that come meanwhile only the newest follows',
  async t => {
    const { hand, begun, end } = held()
    for (const wakes of [1, 3, 2, 3]) hand.take(errand('p', wakes))
    t.same(begun, ['send p 1'])
    t.ok(hand.isOutdated(errand('p', 1)))
    await end('send p 1')
    t.same(begun, ['send p 1', 'send p 3'])
    await end('send p 3')
    t.ok(hand.isEmpty())
  },
)

t.test('an errand that is in hand already is let go; put back and claimed again it counts', async t => {
  const { hand, begun, end } = held()
  for (const attempt of [0, 0, 1]) hand.take(errand('p', 1, { attempt }))
  await end('send p 1')
  t.same(begun, ['send p 1', 'send p 1'])
})

t.test('a pause ends early when there is newer work, and the old is not tried again', async t => {
  const { hand, begun, end } = held()
  hand.take(errand('p', 1))
  await end('send p 1', { errand: errand('p', 1, { attempt: 1 }), pause: 60_000 })
  t.notOk(hand.isEmpty())
  hand.take(errand('p', 2))
  t.same(begun, ['send p 1', 'send p 2'])
  await end('send p 2')
  t.ok(hand.isEmpty())
})

t.test('newer work during an attempt comes instead of its repetition', async t => {
  const { hand, begun, end } = held()
  hand.take(errand('p', 1))
  hand.take(errand('p', 2))
  await end('send p 1', { errand: errand('p', 1, { attempt: 1 }), pause: 0 })
  t.same(begun, ['send p 1', 'send p 2'])
})

t.test('a dead counterparty delays neither others nor our own work for its processes', async t => {
  const { hand, begun } = held()
  for (const each of many(100, { counterparty: 'dead' })) hand.take(each)
  t.equal(begun.length, 24)
  hand.take(errand('other', 1))
  hand.take(errand('p99', 1, { lane: 'flow', counterparty: 'dead' }))
  t.same(begun.slice(24), ['send other 1', 'flow p99 1'])
})

t.test('what has waited for a place forgets the process it came with: others may have changed it', async t => {
  const seen: Errand[] = []
  const hand = createHand(
    async errand => {
      seen.push(errand)
      return undefined
    },
    () => {},
  )
  const process = { id: 'x' } as NonNullable<Errand['process']>
  for (const each of many(25, { process })) hand.take(each)
  await hand.emptied()
  t.same(
    seen.map(each => 'process' in each),
    [...Array(24).fill(true), false],
  )
})

t.test('so much is held for one counterparty and no more; when half of it is done there is room again', async t => {
  let room = 0
  const { hand, begun, end } = held(() => room++)
  for (const each of many(524)) hand.take(each)
  t.notOk(hand.hasRoomFor('peer'))
  t.ok(hand.hasRoomFor('other'))
  t.same(hand.full(), ['send peer'])
  for (let i = 0; i < 250; i++) await end(begun[i] ?? '')
  t.equal(room, 1)
  t.ok(hand.hasRoomFor('peer'))
})

t.test('closed, it starts nothing, lets go of what waits, and ends when what is at work has ended', async t => {
  const { hand, begun, end } = held()
  for (const each of many(30)) hand.take(each)
  await end('send p0 1', { errand: errand('p0'), pause: 60_000 })
  let closed = false
  const closing = hand.close().then(() => (closed = true))
  hand.take(errand('late'))
  for (const name of begun.slice(1, 24)) await end(name)
  t.notOk(closed)
  await end(begun[24] ?? '')
  await closing
  t.equal(begun.length, 25)
  t.ok(hand.isEmpty())
})
