import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { algorithms, openKeyring } from '../../src/keys/index.ts'
import { testDatabase } from '../support/database.ts'

const now = () => new Date('2026-01-01T00:00:00Z')
const options = { now, lifetime: 600_000 }

t.test('the first start makes a key, and every later one finds it', async t => {
  const db = await testDatabase(t)
  const first = await openKeyring(db, 'data-access', options)
  const second = await openKeyring(db, 'data-access', options)
  t.equal(second.current().kid, first.current().kid)
  t.match(first.current().kid, /^[\w-]{43}$/)
  t.equal(first.current().algorithm, 'ES256')
})

t.test('replicas that start at once agree on one key', async t => {
  const db = await testDatabase(t)
  const rings = await Promise.all([1, 2, 3, 4].map(() => openKeyring(db, 'data-access', options)))
  t.equal(new Set(rings.map(ring => ring.current().kid)).size, 1)
  t.equal((await db.query('select kid from signing_key')).length, 1)
})

t.test('keys of one purpose are no keys of another', async t => {
  const db = await testDatabase(t)
  const one = await openKeyring(db, 'one', options)
  const other = await openKeyring(db, 'other', options)
  t.not(one.current().kid, other.current().kid)
  t.equal(await one.find(other.current().kid), undefined)
})

t.test('a key that is retired signs no more and verifies still', async t => {
  const db = await testDatabase(t)
  const old = (await openKeyring(db, 'data-access', options)).current()
  await db.query('update signing_key set retired_at = now()')
  const ring = await openKeyring(db, 'data-access', options)
  t.not(ring.current().kid, old.kid)
  t.same((await ring.find(old.kid))?.key.export({ format: 'jwk' }).x, old.publicJwk.x)
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
    const ring = await openKeyring(counting, 'data-access', { ...options, elapsed: () => time })
    await db.query('update signing_key set retired_at = now()')
    const fresh = (await openKeyring(db, 'data-access', options)).current()

    looked = 0
    for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
    t.equal(looked, 0)
    time += 1_000
    t.ok(await ring.find(fresh.kid))
    t.equal(ring.current().kid, fresh.kid)
    for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
    t.equal(looked, 1)
  },
)

t.test('a retired key is among the public ones until nothing that it signed is valid', async t => {
  const db = await testDatabase(t)
  const old = (await openKeyring(db, 'data-access', options)).current().publicJwk
  await db.query('update signing_key set retired_at = $1', [now()])
  const publicKeysAfter = async (ms: number) => {
    const later = () => new Date(now().getTime() + ms)
    return (await openKeyring(db, 'data-access', { ...options, now: later })).publicKeys()
  }
  const [fresh, ...others] = await publicKeysAfter(599_999)
  t.not(fresh?.kid, old.kid)
  t.same(others, [old])
  t.same(await publicKeysAfter(600_000), [fresh])
})

t.test('a purpose has the algorithm it was opened with, and public keys have no private part', async t => {
  const db = await testDatabase(t)
  for (const algorithm of algorithms) {
    const ring = await openKeyring(db, algorithm, { ...options, algorithm })
    t.equal(ring.current().algorithm, algorithm)
    const [jwk = {}] = await ring.publicKeys()
    t.same(jwk, ring.current().publicJwk)
    t.match(jwk, { alg: algorithm, use: 'sig', kid: ring.current().kid })
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) t.notOk(name in jwk, `${algorithm} ${name}`)
  }
})
