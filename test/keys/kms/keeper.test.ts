import { constants, createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import t from 'tap'
import { Secret } from '../../../src/config/index.ts'
import { createClient, createGuard } from '../../../src/http/index.ts'
import { openKeys, rewrapKeys, signCompact } from '../../../src/keys/index.ts'
import { type AskKms, createKmsClient } from '../../../src/keys/kms/client.ts'
import { kmsKeeper } from '../../../src/keys/kms/keeper.ts'
import { testDatabase } from '../../support/database.ts'
import { keySettings } from '../../support/keys.ts'
import { startKms } from '../../support/kms.ts'

const now = () => new Date()
const kms = await startKms(t)

const settingsFor = (
  changes: Parameters<typeof keySettings>[0],
  more: { wrappingKey?: string; secretKey?: Secret } = {},
) => {
  if (kms === undefined) throw new Error('no KMS')
  return keySettings(changes, { kms: { ...kms, wrappingKey: undefined, ...more } })
}

if (kms !== undefined) {
  t.test('a KMS signs for peers with keys that never leave it', async t => {
    for (const algorithm of ['ES256', 'ES384'] as const) {
      const db = await testDatabase(t)
      const keys = await openKeys({ db, settings: settingsFor({ keeper: 'kms', algorithm }), now })
      t.teardown(keys.close)
      const signer = (await keys.ring('identity', { lifetime: 1_000 })).current()
      const token = await signCompact(signer, { typ: 'JWT' }, { iss: 'did:web:us.example' })
      t.ok(await compactVerify(token, await importJWK({ ...signer.publicJwk }, algorithm)), algorithm)
      t.match(await keys.list(), [{ keeper: 'kms', reference: /^arn:aws:kms:/, algorithm, kid: signer.kid }])
      t.equal((await keys.ring('edr', { lifetime: 1_000 })).current().algorithm, 'ES256')
      t.match(await keys.list(), [
        { purpose: 'edr', keeper: 'database' },
        { purpose: 'identity', keeper: 'kms' },
      ])

      const restarted = await openKeys({ db, settings: settingsFor({ keeper: 'kms', algorithm }), now })
      t.teardown(restarted.close)
      t.equal((await restarted.ring('identity', { lifetime: 1_000 })).current().kid, signer.kid)
    }
  })

  t.test('rotation may take over a key that is in the KMS already, once', async t => {
    const db = await testDatabase(t)
    const keys = await openKeys({ db, settings: settingsFor({ keeper: 'kms' }), now })
    t.teardown(keys.close)
    await keys.ring('identity', { lifetime: 1_000 })
    await keys.ring('credentials', { lifetime: 1_000 })
    const [{ reference = null } = {}] = (await keys.list()).filter(({ purpose }) => purpose === 'identity')
    await t.rejects(keys.rotate('identity', { existing: reference ?? '' }), { code: 'conflict' })
    await t.rejects(keys.rotate('credentials', { existing: reference ?? '' }), { code: 'conflict' })
    await t.rejects(keys.rotate('identity', { existing: 'nobody' }), {
      code: 'unavailable',
      message: /refused GetPublicKey/,
    })
    t.equal((await keys.list()).length, 2)
  })

  t.test('a salt of another length than JOSE wants is found out before anybody is sent the token', async t => {
    // moto pads with the longest salt there is, where AWS takes one as long as the digest.
    const db = await testDatabase(t)
    const keys = await openKeys({ db, settings: settingsFor({ keeper: 'kms', algorithm: 'PS256' }), now })
    t.teardown(keys.close)
    const signer = (await keys.ring('identity', { lifetime: 1_000 })).current()
    t.equal(signer.publicJwk.n?.length, 512, '3072 bits')
    await t.rejects(signCompact(signer, {}, {}), { code: 'unavailable', message: /not one by PS256/ })
  })

  t.test('who does not have the secret of the access key is refused, and told nothing', async t => {
    const secretKey = new Secret('another-secret-of-an-access-key')
    const settings = settingsFor({ keeper: 'kms' }, { secretKey })
    const keys = await openKeys({ db: await testDatabase(t), settings, now })
    t.teardown(keys.close)
    await t.rejects(keys.ring('identity', { lifetime: 1_000 }), {
      code: 'unavailable',
      message: /^The KMS at 127\.0\.0\.1:\d+ refused CreateKey: \w+\.$/,
    })
  })

  t.test('a KMS that can only encrypt wraps the keys that are in the database', async t => {
    const db = await testDatabase(t)
    const plain = keySettings()
    const before = await openKeys({ db, settings: plain, now })
    const { kid } = (await before.ring('identity', { lifetime: 1_000 })).current()
    const wrappingKey = await makeWrappingKey()
    const settings = settingsFor({}, { wrappingKey })
    t.equal(await rewrapKeys({ db, settings, now }), 1)
    t.match(await db.query('select wrapper, wrapped from data_key'), [
      { wrapper: 'kms', wrapped: { key: wrappingKey } },
    ])
    await t.rejects(openKeys({ db, settings: plain, now }), { message: /set the kms\.… settings/ })

    const after = await openKeys({ db, settings, now })
    t.teardown(after.close)
    t.equal((await after.ring('identity', { lifetime: 1_000 })).current().kid, kid)

    // Bound to its row: a wrapped key in another's place opens nothing.
    await db.query(`update data_key set id = '00000000-0000-4000-8000-000000000000'`)
    await t.rejects(openKeys({ db, settings, now }), { code: 'unavailable', message: /refused Decrypt: \w+Exception/ })
  })

  t.test('and lets go of them again', async t => {
    const db = await testDatabase(t)
    const settings = settingsFor({ secret: undefined }, { wrappingKey: await makeWrappingKey() })
    const keys = await openKeys({ db, settings, now })
    t.teardown(keys.close)
    const sealed = keys.safe.seal(Buffer.from('plain'), 'x')
    t.equal(await rewrapKeys({ db, settings: settingsFor({}), now }), 1)
    t.same(await (await openKeys({ db, settings: keySettings(), now })).safe.open(sealed, 'x'), Buffer.from('plain'))
  })
}

/** As an operator would with the tools of the cloud. */
async function makeWrappingKey(): Promise<string> {
  if (kms === undefined) throw new Error('no KMS')
  const client = createClient({ guard: createGuard({ allow: ['127.0.0.1'] }), timeout: 5_000 })
  const answer = await createKmsClient(kms, client.request, now)('CreateKey', {})
  client.close()
  return (answer as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId
}

t.test('RSA: 3072 bits, a salt as long as the digest', async t => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const asked: [string, unknown][] = []
  const ask: AskKms = async (action, parameters) => {
    asked.push([action, parameters])
    if (action === 'CreateKey') return { KeyMetadata: { KeyId: 'k' } }
    if (action === 'GetPublicKey') return { PublicKey: spki }
    const message = Buffer.from((parameters as { Message: string }).Message, 'base64')
    const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    return { Signature: sign('sha256', message, pss).toString('base64') }
  }
  const { signer, kept } = await kmsKeeper(ask).create('PS256')
  t.same(kept, { keeper: 'kms', sealed: null, reference: 'k' })
  const token = await signCompact(signer, {}, { text: 'x' })
  t.ok(await compactVerify(token, await importJWK({ ...signer.publicJwk }, 'PS256')))
  t.match(asked, [
    ['CreateKey', { KeySpec: 'RSA_3072', KeyUsage: 'SIGN_VERIFY' }],
    ['GetPublicKey', { KeyId: 'k' }],
    ['Sign', { KeyId: 'k', MessageType: 'RAW', SigningAlgorithm: 'RSASSA_PSS_SHA_256' }],
  ])
})

t.test('what is larger than a KMS takes is sent as its digest', async t => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const large = Buffer.alloc(4_097, 'x')
  const told: unknown[] = []
  const ask: AskKms = async (action, parameters) => {
    if (action === 'GetPublicKey')
      return { PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
    told.push(parameters)
    // Node cannot sign a digest: what a KMS makes of it is the signature of the whole.
    return { Signature: sign('sha256', large, privateKey).toString('base64') }
  }
  const { signer } = (await kmsKeeper(ask).adopt?.('k')) ?? {}
  const signature = (await signer?.sign(large)) ?? Buffer.alloc(0)
  t.ok(verify('sha256', large, { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' }, signature))
  t.match(told, [{ MessageType: 'DIGEST', Message: createHash('sha256').update(large).digest('base64') }])
})

t.test('keys that are no signing keys of ours are not taken over', async t => {
  const answering = (key?: { publicKey: { export(options: { type: 'spki'; format: 'der' }): Buffer } }) =>
    kmsKeeper(async () =>
      key ? { PublicKey: key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') } : {},
    )
  const adopt = async (keeper: ReturnType<typeof kmsKeeper>) => void (await keeper.adopt?.('k'))
  await t.rejects(adopt(answering()), { code: 'invalid', message: /no public key/ })
  await t.rejects(adopt(answering(generateKeyPairSync('rsa', { modulusLength: 2048 }))), { message: /3072 bits/ })
  await t.rejects(adopt(answering(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))), { code: 'invalid' })
  await t.rejects(adopt(answering(generateKeyPairSync('ed25519'))), { message: /no keys for EdDSA/ })
})
