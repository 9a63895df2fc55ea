import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { readPublicKey } from '../../src/keys/index.ts'
import { publicJwkOf } from '../../src/keys/public-key.ts'
import { freshSigner } from '../support/keys.ts'

const jwkOf = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })

t.test('RFC 8037 A.3: the thumbprint of its example key', async t => {
  const { key } = readPublicKey({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })
  t.equal(publicJwkOf(key).kid, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

t.test('RFC 7638 3.1: the thumbprint of its example key', async t => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
  const { key } = readPublicKey({ kty: 'RSA', n, e: 'AQAB', alg: 'PS256', kid: '2011-04-29' })
  t.equal(publicJwkOf(key).kid, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
})

t.test('our own RSA keys have 3072 bits', async t => {
  t.equal(freshSigner('PS256').privateKey.asymmetricKeyDetails?.modulusLength, 3072)
})

t.test('private members of a key are not taken over', async t => {
  const { privateKey } = freshSigner('ES256')
  const { key } = readPublicKey(privateKey.export({ format: 'jwk' }))
  t.equal(key.type, 'public')
})

t.test('what cannot verify by our algorithms is refused, with the member to blame', async t => {
  const good: object = freshSigner('ES256').publicJwk
  const ed: object = freshSigner('EdDSA').publicJwk
  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey.export({ format: 'jwk' })
  const k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' })
  const x25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
  t.ok(readPublicKey({ ...good, key_ops: ['verify'], use: 'sig' }))
  // biome-ignore format: a table is read by its columns
  const table: readonly [path: string, jwk: unknown][] = [
    ['kty',     null],
    ['kty',     'text'],
    ['crv',     {}],
    ['crv',     { kty: 'oct', k: 'AAAA' }],
    ['crv',     p521],
    ['crv',     k1],
    ['crv',     x25519],
    ['crv',     { ...good, kty: 'OKP' }],
    ['alg',     { ...good, alg: 'ES384' }],
    ['alg',     { ...jwkOf(2048), alg: 'RS256' }],
    ['use',     { ...good, use: 'enc' }],
    ['key_ops', { ...good, key_ops: ['sign'] }],
    ['key_ops', { ...good, key_ops: 'verify' }],
    ['x',       { ...good, x: undefined }],
    ['x',       { ...good, x: 5 }],
    ['x',       { ...good, y: Buffer.alloc(32, 1).toString('base64url') }], // not on the curve
    ['x',       { ...ed, x: 'AAAA' }],
    ['n',       jwkOf(1024)],
  ]
  for (const [path, jwk] of table)
    t.throws(() => readPublicKey(jwk), { code: 'invalid', faults: [{ path }] }, `${path}: ${JSON.stringify(jwk)}`)
})
