import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { algorithms } from '../../src/keys/index.ts'
import { testDatabase } from '../support/database.ts'
import { testKeys } from '../support/keys.ts'

const now = () => new Date('2026-01-01T00:00:00Z')
const later = (ms: number) => () => new Date(now().getTime() + ms)
const lifetime = 600_000

const openRing = async (db: Database, purpose: 'edr' | 'identity' = 'edr', clock = now) =>
  (await testKeys(db, clock)).ring(purpose, { lifetime })

t.test('the first start makes a key, and every later one finds it', async t => {
  const db = await testDatabase(t)
  const first = await openRing(db)
  const second = await openRing(db)
  t.equal(second.current().kid, first.current().kid)
  t.match(first.current().kid, /^[\w-]{43}$/)
  t.equal(first.current().algorithm, 'ES256')
})

t.test('replicas that start at once agree on one key', async t => {
  const db = await testDatabase(t)
  const rings = await Promise.all([1, 2, 3, 4].map(() => openRing(db)))
  t.equal(new Set(rings.map(ring => ring.current().kid)).size, 1)
  t.equal((await db.query('select kid from signing_key')).length, 1)
})

t.test('keys of one purpose are no keys of another', async t => {
  const db = await testDatabase(t)
  const one = await openRing(db, 'edr')
  const other = await openRing(db, 'identity')
  t.not(one.current().kid, other.current().kid)
  t.equal(await one.find(other.current().kid), undefined)
})

t.test(
  'a retired key signs no more, verifies what it has signed, and is forgotten when all of that has ended',
  async t => {
    const db = await testDatabase(t)
    const old = (await openRing(db)).current().publicJwk
    const fresh = await (await testKeys(db, now)).rotate('edr')
    const ringAfter = (ms: number) => openRing(db, 'edr', later(ms))

    const before = await ringAfter(599_999)
    t.equal(before.current().kid, fresh.kid)
    t.same(
      (await before.publicKeys()).map(({ kid }) => kid),
      [fresh.kid, old.kid],
    )
    t.same((await before.find(old.kid))?.key.export({ format: 'jwk' }).x, old.x)

    const after = await ringAfter(600_000)
    t.same(
      (await after.publicKeys()).map(({ kid }) => kid),
      [fresh.kid],
    )
    t.equal(await after.find(old.kid), undefined)
  },
)

t.test('a key that others verify by is public before it signs', async t => {
  const db = await testDatabase(t)
  const old = (await openRing(db, 'identity')).current()
  const fresh = await (await testKeys(db, now)).rotate('identity', { lead: 5_000 })

  const before = await openRing(db, 'identity', later(4_999))
  t.equal(before.current().kid, old.kid)
  t.same(
    (await before.publicKeys()).map(({ kid }) => kid),
    [fresh.kid, old.kid],
  )
  const after = await openRing(db, 'identity', later(5_000))
  t.equal(after.current().kid, fresh.kid)
})

t.test('what the longest token lived stays true for the key that signed it', async t => {
  const db = await testDatabase(t)
  const keys = await testKeys(db, now)
  await keys.ring('edr', { lifetime: 1_000_000 })
  const ring = await keys.ring('edr', { lifetime: 1_000 })
  const old = ring.current().kid
  await keys.rotate('edr')
  t.ok(await (await openRing(db, 'edr', later(999_999))).find(old))
  t.notOk(await (await openRing(db, 'edr', later(1_000_000))).find(old))
})

t.test('a key that is withdrawn is worth nothing from that moment, for all replicas', async t => {
  const db = await testDatabase(t)
  const keys = await testKeys(db, now)
  const ring = await openRing(db, 'identity')
  const old = ring.current().kid
  const heard = new Promise(resolve => db.listen('signing_key', resolve))
  const fresh = await keys.rotate('identity', { withdraw: true })
  await heard
  const other = await openRing(db, 'identity')
  t.equal(other.current().kid, fresh.kid)
  t.same(
    (await other.publicKeys()).map(({ kid }) => kid),
    [fresh.kid],
  )
  t.equal(await other.find(old), undefined)
  t.same(await db.query('select kid from signing_key where sealed is not null and kid = $1', [old]), [])
})

t.test('a running connector follows a rotation from elsewhere without being asked', async t => {
  const db = await testDatabase(t)
  const reads = new Set<() => void>()
  const watched: Database = {
    ...db,
    async query(sql, parameters) {
      const rows = await db.query<never>(sql, parameters)
      if (sql.includes('from signing_key where purpose')) for (const seen of reads) setImmediate(seen)
      return rows
    },
  }
  const ring = await openRing(watched)
  const reloaded = new Promise<void>(resolve => reads.add(resolve))
  const fresh = await (await testKeys(db, now)).rotate('edr')
  await reloaded
  t.equal(ring.current().kid, fresh.kid)
})

t.test('strangers do not make us look for keys all the time', async t => {
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
  const keys = await testKeys(counting, now)
  const ring = await keys.ring('edr', { lifetime, elapsed: () => time })

  looked = 0
  for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
  t.equal(looked, 0)
  time += 1_000
  for (let round = 0; round < 10; round++) t.equal(await ring.find('unknown'), undefined)
  t.equal(looked, 1)
})

t.test(
  'a purpose that others verify has the algorithm that is configured, and public keys have no private part',
  async t => {
    for (const algorithm of algorithms) {
      const keys = await testKeys(await testDatabase(t), now, { algorithm })
      const ring = await keys.ring('identity', { lifetime })
      t.equal(ring.current().algorithm, algorithm)
      const [jwk = {}] = await ring.publicKeys()
      t.same(jwk, ring.current().publicJwk)
      t.match(jwk, { alg: algorithm, use: 'sig', kid: ring.current().kid })
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) t.notOk(name in jwk, `${algorithm} ${name}`)
      t.equal((await keys.ring('edr', { lifetime })).current().algorithm, 'ES256', 'our own tokens stay fast')
    }
  },
)
