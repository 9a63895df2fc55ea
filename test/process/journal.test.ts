import t from 'tap'
import { chain, digestOf, hashOf } from '../../src/process/journal.ts'

const at = new Date('2026-01-01T00:00:00.000Z')
const start = { journalSeq: 0, journalHash: '' }
const happenings = [
  { actor: 'operator', event: 'commanded', message: 'request' },
  { actor: 'did:web:peer', event: 'acknowledged', message: 'request', state: 'REQUESTED' },
  {
    actor: 'did:web:peer',
    event: 'received',
    message: 'agree',
    state: 'AGREED',
    digest: 'ab',
    detail: { b: 1, a: [2] },
  },
] as const

t.test('entries are numbered and linked: each hash can be computed from the one before', async t => {
  const entries = chain(start, happenings, at)
  t.same(
    entries.map(({ seq }) => seq),
    [1, 2, 3],
  )
  let before = ''
  for (const { hash, ...entry } of entries) {
    t.equal(hash, hashOf(before, entry))
    before = hash
  }
})

t.test('a chain goes on where it ended', async t => {
  const [first, second, third] = chain(start, happenings, at)
  const rest = chain({ journalSeq: 1, journalHash: first?.hash ?? '' }, happenings.slice(1), at)
  t.same(rest, [second, third])
})

t.test('the order of keys in a detail does not matter, any change of it does', async t => {
  const [entry] = chain(start, [{ actor: 'a', event: 'decided', detail: { a: 1, b: { c: 2, d: 3 } } }], at)
  const [turned] = chain(start, [{ actor: 'a', event: 'decided', detail: { b: { d: 3, c: 2 }, a: 1 } }], at)
  const [changed] = chain(start, [{ actor: 'a', event: 'decided', detail: { a: 1, b: { c: 2, d: 4 } } }], at)
  t.equal(entry?.hash, turned?.hash)
  t.not(entry?.hash, changed?.hash)
})

t.test(
  'a message is known again in whatever order it says the same; lists in another order say something else',
  async t => {
    const said = { '@id': 'a', offer: { '@id': 'o', permission: [{ action: 'use' }], target: 'wind' } }
    const again = { offer: { target: 'wind', permission: [{ action: 'use' }], '@id': 'o' }, '@id': 'a' }
    t.equal(digestOf(said), digestOf(again))
    t.not(digestOf(said), digestOf({ ...said, '@id': 'b' }))
    t.not(digestOf(['a', 'b']), digestOf(['b', 'a']))
  },
)
