import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { openKeyring } from '../../src/keys/index.ts'
import { testDatabase } from '../support/database.ts'

const now = () => new Date('2026-01-01T00:00:00Z')

t.test('the first start makes a key, and every later one finds it', async t => {
  const db = await testDatabase(t)
  const first = await openKeyring(db, 'data-access', now)
  const second = await openKeyring(db, 'data-access', now)
  t.equal(second.current().kid, first.current().kid)
  t.match(first.current().kid, /^[\w-]{43}$/)
  t.equal(first.current().privateKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
})

t.test('replicas that start at once agree on one key', async t => {
  const db = await testDatabase(t)
  const rings = await Promise.all([1, 2, 3, 4].map(() => openKeyring(db, 'data-access', now)))
  t.equal(new Set(rings.map(ring => ring.current().kid)).size, 1)
  t.equal((await db.query('select kid from signing_key')).length, 1)
})

t.test('keys of one purpose are no keys of another', async t => {
  const db = await testDatabase(t)
  const one = await openKeyring(db, 'one', now)
  const other = await openKeyring(db, 'other', now)
  t.not(one.current().kid, other.current().kid)
  t.equal(await one.find(other.current().kid), undefined)
})

t.test('a key that is retired signs no more and verifies still', async t => {
  const db = await testDatabase(t)
  const old = (await openKeyring(db, 'data-access', now)).current()
  await db.query('update signing_key set retired_at = now()')
  const ring = await openKeyring(db, 'data-access', now)
  t.not(ring.current().kid, old.kid)
  t.equal((await ring.find(old.kid))?.kid, old.kid)
})

t.test(
  'a key that another replica has made is found when a token names it, and strangers do not make us look all the time',
  async t => {
    const db = await testDatabase(t)
    let time = 0
    let looked = 0
    const counting: Database = {
      ...db,
      query(sql, parameters) {
        looked++
        return db.query(sql, parameters)
      },
    }
    const ring = await openKeyring(counting, 'data-access', now, () => time)
    await db.query('update signing_key set retired_at = now()')
    const fresh = (await openKeyring(db, 'data-access', now)).current()

    looked = 0
    for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
    t.equal(looked, 0)
    time += 1_000
    t.equal((await ring.find(fresh.kid))?.kid, fresh.kid)
    t.equal(ring.current().kid, fresh.kid)
    for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
    t.equal(looked, 1)
  },
)
