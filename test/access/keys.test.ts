import type { Test } from 'tap'
import t from 'tap'
import { createApiKeys } from '../../src/access/keys.ts'
import type { Database } from '../../src/db/index.ts'
import { testDatabase } from '../support/database.ts'

const forever = { name: 'ci', role: 'read', expiresAt: null } as const

/** Keys of a connector, and of another process of it, on one database whose questions are counted. */
async function start(t: Test) {
  const db = await testDatabase(t)
  const clock = { at: Date.parse('2026-11-26T08:00:00Z'), elapsed: 0 }
  const questions: string[] = []
  const counted: Database = {
    ...db,
    query: (sql, parameters) => {
      questions.push(sql)
      return db.query(sql, parameters)
    },
  }
  const given = { now: () => new Date(clock.at), elapsed: () => clock.elapsed }
  return {
    db,
    clock,
    questions,
    keys: createApiKeys({ db: counted, ...given }),
    other: createApiKeys({ db, ...given }),
  }
}

t.test('who shows a key is known by its name and role', async t => {
  const { keys } = await start(t)
  const { key, secret } = await keys.create(forever, 'operator')
  t.match(await keys.recognise(secret), { id: `key:${key.id}`, actor: 'key:ci', role: 'read' })
})

t.test('what is almost a key opens nothing', async t => {
  const { keys } = await start(t)
  const { secret } = await keys.create(forever, 'operator')
  const { secret: another } = await keys.create({ ...forever, name: 'another' }, 'operator')
  const mixed = `${secret.slice(0, 24)}${another.slice(24)}`
  for (const shown of ['', secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), ` ${secret}`, mixed])
    t.equal(await keys.recognise(shown), undefined, shown)
})

t.test('the database holds nothing that opens anything', async t => {
  const { db, keys } = await start(t)
  const { secret } = await keys.create(forever, 'operator')
  const [row] = await db.query<{ text: string }>('select k::text as text from api_key k')
  t.notMatch(row?.text, secret.slice(-43))
  t.notMatch(row?.text, Buffer.from(secret).toString('hex'))
})

t.test('a revoked key opens nothing from that moment on, at the other process neither', async t => {
  const { db, keys, other } = await start(t)
  const { key, secret } = await keys.create(forever, 'operator')
  t.ok(await other.recognise(secret))
  const heard = new Promise<void>(resolve => void db.listen('api_key', () => resolve()))
  await db.listen('nothing', () => {})
  await keys.revoke(key.id, 'key:boss')
  t.equal(await keys.recognise(secret), undefined)
  await heard
  // It has heard by now; what it reads then is asked of the same database in turn.
  await other.create({ ...forever, name: 'last' }, 'operator')
  t.equal(await other.recognise(secret), undefined)
  t.match(await keys.find(key.id), { revokedBy: 'key:boss', revokedAt: Date })
})

t.test('a revocation is noticed in half a minute even when nobody tells of it', async t => {
  const { db, clock, keys } = await start(t)
  const { key, secret } = await keys.create(forever, 'operator')
  await db.query('update api_key set revoked_at = now() where id = $1', [key.id])
  clock.elapsed += 29_000
  t.ok(await keys.recognise(secret))
  clock.elapsed += 2_000
  t.equal(await keys.recognise(secret), undefined)
})

t.test('a key ends when it expires', async t => {
  const { clock, keys } = await start(t)
  const { secret } = await keys.create({ ...forever, expiresAt: new Date(clock.at + 1_000) }, 'operator')
  t.ok(await keys.recognise(secret))
  clock.at += 1_000
  t.equal(await keys.recognise(secret), undefined)
})

t.test('a key that expires before it is made is refused, and so is a time that is none', async t => {
  const { clock, keys } = await start(t)
  for (const expiresAt of [new Date(clock.at), new Date(Number.NaN)])
    await t.rejects(keys.create({ ...forever, expiresAt }, 'operator'), { code: 'invalid' })
})

t.test('of keys that work a name is one; of a revoked one it is free again', async t => {
  const { keys } = await start(t)
  const { key } = await keys.create(forever, 'operator')
  await t.rejects(keys.create(forever, 'operator'), { code: 'conflict' })
  await keys.revoke(key.id, 'operator')
  await keys.create(forever, 'operator')
  await t.rejects(keys.revoke(key.id, 'operator'), { code: 'conflict' })
  await t.rejects(keys.revoke('nothing', 'operator'), { code: 'not-found' })
})

t.test('requests ask the database nothing', async t => {
  const { questions, keys } = await start(t)
  const { secret } = await keys.create(forever, 'operator')
  await keys.recognise(secret)
  questions.length = 0
  for (let request = 0; request < 100; request++) await keys.recognise(secret)
  t.same(questions, [])
})

t.test('who makes up keys has the database asked once a second, and no more', async t => {
  const { clock, questions, keys } = await start(t)
  const { secret } = await keys.create(forever, 'operator')
  questions.length = 0
  clock.elapsed += 1_500
  const guess = (id: number) => `kontor_${String(id).padStart(16, '0')}_${secret.slice(-43)}`
  for (let id = 0; id < 100; id++) await keys.recognise(guess(id))
  t.equal(questions.length, 1)
})

t.test('the list tells the last use, to ten minutes', async t => {
  const { clock, keys } = await start(t)
  const { secret } = await keys.create(forever, 'operator')
  t.match(await keys.list({ limit: 10, offset: 0 }), [{ name: 'ci', createdBy: 'operator', lastUsedAt: null }])
  await keys.recognise(secret)
  await keys.revoke((await keys.create({ ...forever, name: 'x' }, 'operator')).key.id, 'operator')
  t.same((await keys.list({ limit: 10, offset: 0 })).find(({ name }) => name === 'ci')?.lastUsedAt, new Date(clock.at))
})
