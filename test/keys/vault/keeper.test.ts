import { compactVerify, importJWK } from 'jose'
import t from 'tap'
import { Secret } from '../../../src/config/index.ts'
import { createClient, createGuard } from '../../../src/http/index.ts'
import { algorithms, openKeys, signCompact } from '../../../src/keys/index.ts'
import { type AskVault, createVaultClient } from '../../../src/keys/vault/client.ts'
import { vaultKeeper } from '../../../src/keys/vault/keeper.ts'
import { testDatabase } from '../../support/database.ts'
import { keySettings } from '../../support/keys.ts'
import { startVault } from '../../support/vault.ts'

const now = () => new Date()
const vault = await startVault(t)

if (vault !== undefined) {
  t.test('a vault signs for peers, by all algorithms, with keys that never leave it', async t => {
    for (const algorithm of algorithms) {
      const db = await testDatabase(t)
      const settings = keySettings({ keeper: 'vault', algorithm }, { vault })
      const keys = await openKeys({ db, settings, now })
      t.teardown(keys.close)
      const signer = (await keys.ring('credentials', { lifetime: 1_000 })).current()
      const token = await signCompact(signer, { typ: 'vc+jwt' }, { iss: 'did:web:us.example', text: 'x'.repeat(5_000) })
      t.ok(await compactVerify(token, await importJWK({ ...signer.publicJwk }, algorithm)), algorithm)
      t.match(await keys.list(), [{ keeper: 'vault', reference: /^kontor-[\w-]+:1$/, algorithm, kid: signer.kid }])

      const restarted = await openKeys({ db, settings, now })
      t.teardown(restarted.close)
      const again = (await restarted.ring('credentials', { lifetime: 1_000 })).current()
      t.ok(await signCompact(again, {}, {}), 'after a restart')
    }
  })

  t.test('a newer version of a key in the vault is another key to us', async t => {
    const client = createClient({ guard: createGuard({ allow: ['127.0.0.1'] }), timeout: 5_000 })
    t.teardown(client.close)
    const ask = createVaultClient(vault, client.request)
    await ask('keys/ours', { type: 'ecdsa-p256' })
    const { adopt = () => Promise.reject(new Error('takes over none')) } = vaultKeeper(ask)
    const first = await adopt('ours')
    await ask('keys/ours/rotate', {})
    const second = await adopt('ours')
    t.same([first.kept.reference, second.kept.reference], ['ours:1', 'ours:2'])
    t.not(first.signer.kid, second.signer.kid)
    for (const { signer } of [first, second]) t.ok(await signCompact(signer, {}, {}))
    await t.rejects(adopt('ours:3'), { code: 'invalid', message: /no public key under that name/ })
    await t.rejects(adopt('nobody'), { code: 'invalid' })
    await t.rejects(adopt('../../sys/seal'), { code: 'invalid', message: /by its name/ })
  })

  t.test('a token that may not is refused, and is in no message', async t => {
    const token = new Secret('s.not-the-token-you-look-for')
    const settings = keySettings({ keeper: 'vault' }, { vault: { ...vault, token } })
    const keys = await openKeys({ db: await testDatabase(t), settings, now })
    t.teardown(keys.close)
    await t.rejects(keys.ring('identity', { lifetime: 1_000 }), {
      code: 'unavailable',
      message: /^The vault at 127\.0\.0\.1:\d+ answered 403 to keys: its token has expired, or may not do that\.$/,
    })
  })
}

t.test('a signature of other bytes, or by another key, is never used', async t => {
  const pem =
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0xDb9ePTr+9vvMT3ifry/ltKyjqA\nXriNT4pTPEfMhN81BvInv/SAPib/0dFqEMNuGcyTGO1StHJ3DHAQ0yS7+A==\n-----END PUBLIC KEY-----\n'
  // As an OpenBao 2.7 answered; the signature is of "hello".
  const signature = 'vault:v1:5T3Tb6Fo2EDHzFASwE6Uh-D9YnowFNKfPmnNqQUZkC54Oy19pzNXxJRlP_uWuOwtfNCKlCatL3bJKfh2kJs3Cw'
  const ask: AskVault = async path =>
    path.startsWith('sign/')
      ? { data: { signature } }
      : { data: { latest_version: 1, keys: { 1: { public_key: pem } } } }
  const { signer } = (await vaultKeeper(ask).adopt?.('k')) ?? {}
  t.equal((await signer?.sign(Buffer.from('hello')))?.length, 64)
  await t.rejects(async () => void (await signer?.sign(Buffer.from('hallo'))), { code: 'unavailable' })
})
