import t from 'tap'
import { currentOf, isResolvable, resolvableUntil, standingOf } from '../../src/keys/standing.ts'

const at = (second: number) => new Date(second * 1_000)

t.test('a key is pending, active, retired and expired, in this order', async t => {
  const term = { activeAt: at(10), retiredAt: at(20), lifetime: 5_000 }
  // biome-ignore format: a table is read by its columns
  const table: readonly [second: number, standing: string, resolvable: boolean][] = [
    [  9, 'pending', true  ],
    [ 10, 'active',  true  ],
    [ 19, 'active',  true  ],
    [ 20, 'retired', true  ],
    [ 24, 'retired', true  ],
    [ 25, 'expired', false ],
  ]
  for (const [second, standing, resolvable] of table) {
    t.equal(standingOf(term, at(second)), standing, `${second} s`)
    t.equal(isResolvable(term, at(second)), resolvable, `${second} s`)
  }
  t.same(resolvableUntil(term), at(25))
})

t.test('a key that is not told to end does not', async t => {
  const term = { activeAt: at(10), retiredAt: null, lifetime: 0 }
  t.equal(standingOf(term, at(1e9)), 'active')
  t.equal(resolvableUntil(term), null)
})

t.test('there is a key to sign with at every moment of a rotation, and one only', async t => {
  const old = { name: 'old', activeAt: at(0), retiredAt: at(20), lifetime: 5_000 }
  const next = { name: 'next', activeAt: at(20), retiredAt: null, lifetime: 5_000 }
  for (const [second, name] of [
    [0, 'old'],
    [19.999, 'old'],
    [20, 'next'],
    [99, 'next'],
  ] as const)
    t.equal(currentOf([next, old], at(second))?.name, name, `${second} s`)
})

t.test('a key that never began is passed over, whatever is older', async t => {
  const skipped = { name: 'skipped', activeAt: at(20), retiredAt: at(10), lifetime: 5_000 }
  const old = { name: 'old', activeAt: at(0), retiredAt: at(10), lifetime: 5_000 }
  const next = { name: 'next', activeAt: at(10), retiredAt: null, lifetime: 5_000 }
  t.equal(currentOf([skipped, next, old], at(21))?.name, 'next')
})

t.test('when the clock is set back to before there was a key, the first one signs', async t => {
  const old = { name: 'old', activeAt: at(0), retiredAt: at(20), lifetime: 5_000 }
  const next = { name: 'next', activeAt: at(20), retiredAt: null, lifetime: 5_000 }
  t.equal(currentOf([next, old], at(-1))?.name, 'old')
  t.equal(currentOf([], at(-1)), undefined)
})
