import t from 'tap'
import { createCache } from '../../src/identity/cache.ts'
import { standingClock as clock } from '../support/clock.ts'

/** Loads what it is told to, and counts. */
function source(until: () => number) {
  const source = { value: 'first', error: undefined as Error | undefined, loads: 0, load }
  async function load() {
    source.loads++
    if (source.error) throw source.error
    return { value: source.value, until: until() }
  }
  return source
}

t.test('a value is loaded once for its time, by whoever asks first', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 0 })
  const from = source(() => now().getTime() + 100)
  t.same(await Promise.all([cache.get('a', from.load), cache.get('a', from.load)]), ['first', 'first'])
  pass(99)
  await cache.get('a', from.load)
  t.equal(from.loads, 1)
  pass(1)
  from.value = 'second'
  t.equal(await cache.get('a', from.load), 'second')
})

t.test('a failure is believed for its time', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 50 })
  const from = source(() => now().getTime() + 100)
  from.error = new Error('gone')
  await t.rejects(cache.get('a', from.load), { message: 'gone' })
  await t.rejects(cache.get('a', from.load), { message: 'gone' })
  t.equal(from.loads, 1)
  pass(50)
  from.error = undefined
  t.equal(await cache.get('a', from.load), 'first')
})

t.test('while nobody answers an old value serves on, but not for ever', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 10, staleFor: 1_000, isOutage: () => true })
  const from = source(() => now().getTime() + 100)
  await cache.get('a', from.load)
  from.error = new Error('no answer')
  pass(500)
  t.equal(await cache.get('a', from.load), 'first')
  t.equal(await cache.get('a', from.load), 'first', 'not asked again at once')
  t.equal(from.loads, 2)
  pass(600)
  await t.rejects(cache.get('a', from.load), { message: 'no answer' })
})

t.test('an answer that there is no value ends the old one', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 0, staleFor: 1_000, isOutage: () => false })
  const from = source(() => now().getTime() + 100)
  await cache.get('a', from.load)
  from.error = new Error('there is none')
  pass(101)
  await t.rejects(cache.get('a', from.load), { message: 'there is none' })
})

t.test('renewing asks before the time is over, but not all the time', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 0, rest: 50 })
  const from = source(() => now().getTime() + 10_000)
  await cache.get('a', from.load)
  from.value = 'second'
  t.equal(await cache.renew('a', from.load), 'first', 'loaded a moment ago')
  pass(51)
  t.equal(await cache.renew('a', from.load), 'second')
  t.equal(await cache.get('a', from.load), 'second')
  t.equal(from.loads, 2)
})

t.test('what was not used for longest goes when there is too much', async t => {
  const { now } = clock()
  const cache = createCache<string>({ most: 2, now, missFor: 0 })
  const from = source(() => now().getTime() + 100)
  await cache.get('a', from.load)
  await cache.get('b', from.load)
  await cache.get('a', from.load)
  await cache.get('c', from.load)
  await cache.get('a', from.load)
  t.equal(from.loads, 3)
  await cache.get('b', from.load)
  t.equal(from.loads, 4)
})

t.test('what is here from before the clock was set back is fetched anew: nobody knows how old it is', async t => {
  const { now, pass } = clock()
  const cache = createCache<string>({ most: 10, now, missFor: 50, staleFor: 1_000, isOutage: () => true, rest: 10 })
  const from = source(() => now().getTime() + 100)
  pass(86_400_000)
  await cache.get('a', from.load)
  pass(-86_400_000)
  from.value = 'second'
  t.equal(await cache.get('a', from.load), 'second')
  pass(86_400_000)
  await cache.get('a', from.load)
  pass(-86_400_000)
  from.value = 'third'
  t.equal(await cache.renew('a', from.load), 'third')
  pass(86_400_000)
  from.error = new Error('no answer')
  await t.rejects(cache.get('b', from.load), { message: 'no answer' })
  pass(-86_400_000)
  await t.rejects(
    (async () => {
      pass(86_400_000)
      from.error = undefined
      await cache.get('c', from.load)
      pass(-86_400_000)
      from.error = new Error('no answer')
      return cache.get('c', from.load)
    })(),
    { message: 'no answer' },
    'nor does it serve on while nobody answers',
  )
  from.error = undefined
  t.equal(await cache.get('b', from.load), 'third', 'nor is a failure believed')
})
