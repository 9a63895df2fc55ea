import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import { createSecrets } from '../../src/keys/index.ts'
import { testDatabase } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { testKeys } from '../support/keys.ts'

const at = new Date('2026-11-23T15:00:00Z')

async function someSecrets(t: Test) {
  const db = await testDatabase(t)
  return { db, secrets: createSecrets({ db, safe: (await testKeys(db)).safe, now: () => at }) }
}

t.test('a secret is revealed to who works with it, and found without its value', async t => {
  const { secrets } = await someSecrets(t)
  t.same(await secrets.create({ id: 'the key', value: new Secret('swordfish ') }), { id: 'the key', createdAt: at })
  t.equal((await secrets.reveal('the key'))?.reveal(), 'swordfish ')
  t.strictSame(await secrets.find('the key'), { id: 'the key', createdAt: at })
})

t.test('the database alone tells no secret', async t => {
  const { db, secrets } = await someSecrets(t)
  await secrets.create({ id: 'key', value: new Secret('swordfish') })
  const kept = await dump(db)
  t.match(kept, /\bkey\b/)
  for (const encoding of ['utf8', 'hex', 'base64'] as const)
    t.notMatch(kept, Buffer.from('swordfish').toString(encoding), encoding)
})

t.test('a secret that is put in the place of another is not opened', async t => {
  const { db, secrets } = await someSecrets(t)
  await secrets.create({ id: 'harmless', value: new Secret('a') })
  await secrets.create({ id: 'precious', value: new Secret('b') })
  await db.query(`update secret set sealed = (select sealed from secret where id = 'precious') where id = 'harmless'`)
  await t.rejects(secrets.reveal('harmless'), /was changed, or belongs to something else/)
})

t.test('a name can be taken once; what is not there cannot be replaced, removed or revealed', async t => {
  const { secrets } = await someSecrets(t)
  await secrets.create({ id: 'key', value: new Secret('a') })
  await t.rejects(secrets.create({ id: 'key', value: new Secret('b') }), { code: 'conflict' })
  await secrets.replace({ id: 'key', value: new Secret('c') })
  t.equal((await secrets.reveal('key'))?.reveal(), 'c')
  await secrets.remove('key')
  for (const id of ['key', '', 'a\0b', ' key']) {
    await t.rejects(secrets.replace({ id, value: new Secret('a') }), { code: 'not-found' })
    await t.rejects(secrets.remove(id), { code: 'not-found' })
    t.equal(await secrets.find(id), undefined)
    t.equal(await secrets.reveal(id), undefined)
  }
})

t.test('what can be no name is refused', async t => {
  const { secrets } = await someSecrets(t)
  for (const id of ['', ' key', 'a\nb', 'x'.repeat(501)])
    await t.rejects(secrets.create({ id, value: new Secret('a') }), { code: 'invalid' }, JSON.stringify(id))
})
