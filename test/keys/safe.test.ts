import { scryptSync } from 'node:crypto'
import t from 'tap'
import { Secret } from '../../src/config/index.ts'
import { openKeys, rewrapKeys } from '../../src/keys/index.ts'
import { unseal } from '../../src/keys/seal.ts'
import { testDatabase } from '../support/database.ts'
import { keySettings, testKeys } from '../support/keys.ts'

const now = () => new Date('2026-01-01T00:00:00Z')
const plain = Buffer.from('{"type":"VerifiableCredential"}')
const passphrase = (text: string) => keySettings({ secret: undefined, passphrase: new Secret(text) })

t.test('what one replica seals, the others open; also those that started at the same time', async t => {
  const db = await testDatabase(t)
  const [one, ...others] = await Promise.all([1, 2, 3].map(() => testKeys(db, now)))
  const sealed = one?.safe.seal(plain, 'credential 1') ?? plain
  for (const { safe } of others) t.same(await safe.open(sealed, 'credential 1'), plain)
  t.equal((await db.query('select id from data_key')).length, 1)
})

t.test('what is sealed cannot be passed off as something else', async t => {
  const { safe } = await testKeys(await testDatabase(t), now)
  await t.rejects(
    safe.open(safe.seal(plain, 'credential 1'), 'credential 2'),
    /was changed, or belongs to something else/,
  )
  await t.rejects(safe.open(Buffer.from('nonsense'), 'credential 1'), /was changed/)
})

t.test('what was restored without its data key is told so, with the remedy', async t => {
  const db = await testDatabase(t)
  const { safe } = await testKeys(db, now)
  const sealed = safe.seal(plain, 'credential 1')
  await db.query('delete from data_key')
  const restored = await testKeys(db, now)
  await t.rejects(restored.safe.open(sealed, 'credential 1'), {
    code: 'unavailable',
    message:
      'What is kept as "credential 1" cannot be opened, as its key is not in the database: restore the table data_key from the same backup, or enter anew what is sealed.',
  })
})

t.test('another secret opens nothing, and is told so with the remedy', async t => {
  const db = await testDatabase(t)
  await testKeys(db, now)
  const other = keySettings({ secret: new Secret('another secret of a test') })
  await t.rejects(openKeys({ db, settings: other, now }), {
    code: 'configuration',
    message:
      'The keys in the database cannot be decrypted: put the file keys.secret that they were encrypted with into the directory.',
  })
})

t.test('a passphrase takes over from the file, and another from it; a running connector does not notice', async t => {
  const db = await testDatabase(t)
  const running = await testKeys(db, now)
  const kid = (await running.ring('edr', { lifetime: 0 })).current().kid
  const sealed = running.safe.seal(plain, 'x')

  const both = keySettings({ passphrase: new Secret('the first passphrase') })
  t.equal(
    (await (await openKeys({ db, settings: both, now })).ring('edr', { lifetime: 0 })).current().kid,
    kid,
    'until it is rewrapped',
  )
  t.equal(await rewrapKeys({ db, settings: both, now }), 1)
  await t.rejects(testKeys(db, now), { message: /set keys\.passphrase to the one/ })

  const second = passphrase('the second passphrase')
  await t.rejects(openKeys({ db, settings: second, now }), { message: /kontor keys rewrap/ })
  await t.rejects(rewrapKeys({ db, settings: second, now, former: new Secret('a wrong passphrase') }), {
    code: 'configuration',
  })
  t.equal(await rewrapKeys({ db, settings: second, now, former: new Secret('the first passphrase') }), 1)

  const restarted = await openKeys({ db, settings: second, now })
  t.equal((await restarted.ring('edr', { lifetime: 0 })).current().kid, kid)
  t.same(await restarted.safe.open(sealed, 'x'), plain)
  t.same(await running.safe.open(restarted.safe.seal(plain, 'y'), 'y'), plain)
})

t.test('a passphrase is stretched by scrypt, with a salt of its own for each key', async t => {
  const db = await testDatabase(t)
  await openKeys({ db, settings: passphrase('correct horse battery'), now })
  const [{ wrapper = '', wrapped = {} } = {}] = await db.query<{ wrapper: string; wrapped: Record<string, string> }>(
    'select wrapper, wrapped from data_key',
  )
  t.equal(wrapper, 'passphrase')
  const key = scryptSync('correct horse battery', Buffer.from(wrapped.salt ?? '', 'base64'), 32, {
    N: 131_072,
    r: 8,
    p: 1,
    maxmem: 2 ** 28,
  })
  const sealed = Buffer.from(wrapped.sealed ?? '', 'base64')
  t.equal(sealed.length, 12 + 16 + 32)
  const [{ id = '' } = {}] = await db.query<{ id: string }>('select id from data_key')
  t.equal(unseal(key, sealed, `data key ${id}`)?.length, 32)
})
