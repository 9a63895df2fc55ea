import t from 'tap'
import { createRates } from '../../src/access/rates.ts'

t.test('so many pass at once, then as many as time makes room for', async t => {
  const clock = { elapsed: 0 }
  const rates = createRates({ most: 3, perSecond: 0.5, elapsed: () => clock.elapsed })
  t.same(
    [1, 2, 3, 4].map(() => rates.take('a')),
    [0, 0, 0, 2],
  )
  t.equal(rates.take('b'), 0, 'others have room of their own')
  clock.elapsed += 1_000
  t.equal(rates.take('a'), 1)
  clock.elapsed += 1_000
  t.equal(rates.take('a'), 0)
  clock.elapsed += 3_600_000
  t.same(
    [1, 2, 3, 4].map(() => rates.take('a')),
    [0, 0, 0, 2],
    'a long pause makes no more room than there is',
  )
})

t.test('looking counts nothing', async t => {
  const rates = createRates({ most: 1, perSecond: 1, elapsed: () => 0 })
  t.same(
    [1, 2, 3].map(() => rates.wait('a')),
    [0, 0, 0],
  )
  rates.take('a')
  t.equal(rates.wait('a'), 1)
})

t.test('who makes up names fills no memory, and frees nobody who has just been counted', async t => {
  const rates = createRates({ most: 1, perSecond: 0.001, elapsed: () => 0 })
  for (let name = 0; name < 20_000; name++) rates.take(String(name))
  t.equal(rates.wait('0'), 0)
  t.ok(rates.wait('19999') > 0)
})
