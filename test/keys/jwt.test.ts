import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import t from 'tap'
import { type Algorithm, signCompact, signJwt, verifyJwt } from '../../src/keys/index.ts'
import { testDatabase } from '../support/database.ts'
import { privateKeyOf, testKeys } from '../support/keys.ts'

const now = new Date('2026-01-01T00:00:00Z')
const at = now.getTime() / 1_000
const expected = { issuer: 'us', audience: 'our-data', type: 'at+jwt' }
const claims = { iss: 'us', aud: 'our-data', sub: 'flow-1', jti: 'j', iat: at, exp: at + 600 }

const keyring = await (await testKeys(await testDatabase(t), () => now)).ring('edr', { lifetime: 600_000 })
const { kid } = keyring.current()
const privateKey = privateKeyOf(keyring.current())
const publicKey = createPublicKey(privateKey)
const verify = (token: string, time = now) => verifyJwt(token, keyring, expected, time)
const sign = (changed: object = {}, type = 'at+jwt') => signJwt({ ...claims, ...changed }, type, keyring.current())

/** What a library would sign for whoever has the key: tokens that our own function never makes. */
const forge = (payload: object, header: object = {}): string =>
  jwt.sign(payload, privateKey, {
    algorithm: 'ES256',
    noTimestamp: true,
    header: { alg: 'ES256', typ: 'at+jwt', kid, ...header },
  })

t.test('what was signed comes back', async t => {
  t.match(await verify(sign({ generation: 3 })), { ...claims, generation: 3 })
})

t.test('a token is an ES256 JWT that names its key and what it is for', async t => {
  const [header = ''] = sign().split('.')
  t.same(JSON.parse(Buffer.from(header, 'base64url').toString()), {
    alg: 'ES256',
    typ: 'at+jwt',
    kid,
  })
})

t.test('any other library verifies it with the public key', async t => {
  t.match(jwt.verify(sign(), publicKey, { clockTimestamp: at, algorithms: ['ES256'] }), claims)
})

t.test('a token holds until its last second', async t => {
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
  await t.resolves(verify(sign(), after(599.999)))
  await t.rejects(verify(sign(), after(600)), { code: 'unauthenticated', message: /has expired/ })
})

t.test('nothing else than a token of ours, for this, is taken', async t => {
  const { exp: _e, ...endless } = claims
  const { sub: _s, ...nobody } = claims
  const { jti: _j, ...nameless } = claims
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const header = { kid, typ: 'at+jwt' }
  const [head = '', body = '', signature = ''] = sign().split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  // The public key as an HMAC secret: the classic confusion of algorithms.
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const hs = `${encode({ ...header, alg: 'HS256' })}.${body}`
  // biome-ignore format: a table is read by its columns
  const table = {
    'another issuer':         sign({ iss: 'them' }),
    'another audience':       sign({ aud: 'other-data' }),
    'several audiences':      forge({ ...claims, aud: ['our-data', 'x'] }),
    'another type':           sign({}, 'jwt'),
    'a strange type':         forge(claims, { typ: 5 }),
    'no end':                 forge(endless),
    'no subject':             forge(nobody),
    'no name':                forge(nameless),
    'not yet':                forge({ ...claims, nbf: at + 60 }),
    'another key':            jwt.sign(claims, other.privateKey, { algorithm: 'ES256', header: { ...header, alg: 'ES256' } }),
    'an unknown key':         forge(claims, { kid: 'unknown' }),
    'no key':                 forge(claims, { kid: undefined }),
    'RS256':                  jwt.sign(claims, rsa.privateKey, { algorithm: 'RS256', header: { ...header, alg: 'RS256' } }),
    'HS256 by public key':    `${hs}.${createHmac('sha256', pem).update(hs).digest('base64url')}`,
    'no signature':           `${encode({ ...header, alg: 'none' })}.${body}.`,
    'a cut signature':        `${head}.${body}.${signature.slice(0, -8)}`,
    'another body':           `${head}.${encode({ ...claims, sub: 'flow-2' })}.${signature}`,
    'a body of text':         jwt.sign('text', privateKey, { algorithm: 'ES256', header: { ...header, alg: 'ES256' } }),
    'nothing':                '',
    'no token':               'a.b.c',
    'two parts':              `${head}.${body}`,
  }
  for (const [name, token] of Object.entries(table))
    await t.rejects(verify(token), { code: 'unauthenticated', status: 401 }, name)
})

t.test('keys of ES384 and PS256 sign as well; Ed25519 ones are for signCompact', async t => {
  const ringOf = async (algorithm: Algorithm) => {
    const keys = await testKeys(await testDatabase(t), () => now, { algorithm })
    return keys.ring('identity', { lifetime: 0 })
  }
  for (const algorithm of ['ES384', 'PS256'] as const) {
    const ring = await ringOf(algorithm)
    t.match(await verifyJwt(signJwt(claims, 'at+jwt', ring.current()), ring, expected, now), claims, algorithm)
  }
  const ed = await ringOf('EdDSA')
  t.throws(() => signJwt(claims, 'at+jwt', ed.current()), TypeError)
  const token = await signCompact(ed.current(), { typ: 'at+jwt' }, claims)
  await t.rejects(verifyJwt(token, ed, expected, now), { code: 'unauthenticated' })
})
