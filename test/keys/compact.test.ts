import { createHmac, createPublicKey, createSecretKey, generateKeyPairSync, sign } from 'node:crypto'
import { inspect } from 'node:util'
import * as jose from 'jose'
import t from 'tap'
import { algorithms, decodeCompact, readPublicKey, signCompact, verifyCompact } from '../../src/keys/index.ts'
import { freshSigner } from '../support/keys.ts'

const claims = { iss: 'did:web:us.example', nested: { text: 'Zürich' } }
/** The refusal that blames that part. */
const because = (path: string) => ({ code: 'unauthenticated', status: 401, faults: [{ path }] })
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

for (const algorithm of algorithms) {
  const signer = freshSigner(algorithm)
  const key = readPublicKey(signer.publicJwk)

  t.test(`${algorithm}: what we sign, another library verifies`, async t => {
    const token = await signCompact(signer, { typ: 'vc+jwt', kid: 'did:web:us.example#1' }, claims)
    const theirs = await jose.compactVerify(token, await jose.importJWK(signer.publicJwk, algorithm))
    t.same(JSON.parse(new TextDecoder().decode(theirs.payload)), claims)
    t.same(theirs.protectedHeader, { typ: 'vc+jwt', kid: 'did:web:us.example#1', alg: algorithm })
  })

  t.test(`${algorithm}: what another library signs, we verify`, async t => {
    const pair = await jose.generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 })
    const token = await new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(pair.privateKey)
    const theirs = readPublicKey(await jose.exportJWK(pair.publicKey))
    t.same(verifyCompact(token, theirs, algorithms).payload, claims)
  })

  t.test(`${algorithm}: the thumbprint is that of RFC 7638`, async t => {
    t.equal(signer.kid, await jose.calculateJwkThumbprint({ ...signer.publicJwk }))
  })

  t.test(`${algorithm}: one changed bit anywhere, and it is refused`, async t => {
    const token = await signCompact(signer, {}, claims)
    t.same(verifyCompact(token, key, [algorithm]).payload, claims)
    const [head = '', body = '', end = ''] = token.split('.')
    const flip = (part: string, at: number) => {
      const bytes = Buffer.from(part, 'base64url')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      return bytes.toString('base64url')
    }
    const length = Buffer.from(end, 'base64url').length
    for (const at of [0, length >> 1, length - 1])
      t.throws(() => verifyCompact(`${head}.${body}.${flip(end, at)}`, key, [algorithm]), { code: 'unauthenticated' })
    const other = encode({ ...claims, iss: 'did:web:them.example' })
    t.throws(() => verifyCompact(`${head}.${other}.${end}`, key, [algorithm]), because('signature'))
    for (const size of [1, length - 1, length + 1]) {
      const short = Buffer.alloc(size, 1).toString('base64url')
      t.throws(() => verifyCompact(`${head}.${body}.${short}`, key, [algorithm]), because('signature'))
    }
    const zeros = Buffer.alloc(length).toString('base64url')
    t.throws(() => verifyCompact(`${head}.${body}.${zeros}`, key, [algorithm]), because('signature'))
  })

  t.test(`${algorithm}: another key of the same sort is another key`, async t => {
    const token = await signCompact(freshSigner(algorithm), {}, claims)
    t.throws(() => verifyCompact(token, key, algorithms), because('signature'))
  })

  t.test(`${algorithm}: only where it is allowed`, async t => {
    const token = await signCompact(signer, {}, claims)
    const others = algorithms.filter(name => name !== algorithm)
    t.throws(() => verifyCompact(token, key, others), because('alg'))
  })
}

t.test('a header has the key’s own name unless it is given another', async t => {
  const signer = freshSigner('ES256')
  t.same(decodeCompact(await signCompact(signer, {}, {})).header, { alg: 'ES256', kid: signer.kid })
})

t.test('a token is refused for one reason each', async t => {
  const signer = freshSigner('ES256')
  const key = readPublicKey(signer.publicJwk)
  const raw = (header: string, payload = encode(claims), from = signer) => {
    const signed = `${header}.${payload}`
    const bytes = sign('sha256', Buffer.from(signed), { key: from.privateKey, dsaEncoding: 'ieee-p1363' })
    return `${signed}.${bytes.toString('base64url')}`
  }
  const headed = (header: object) => raw(encode({ alg: 'ES256', ...header }))
  const hmac = (secret: string | Buffer) => {
    const signed = `${encode({ alg: 'HS256' })}.${encode(claims)}`
    return `${signed}.${createHmac('sha256', createSecretKey(Buffer.from(secret)))
      .update(signed)
      .digest('base64url')}`
  }
  const der = `${encode({ alg: 'ES256' })}.${encode(claims)}`
  const good = headed({})
  const text = (of: string) => Buffer.from(of).toString('base64url')
  t.same(verifyCompact(good, key, ['ES256']).payload, claims)
  // biome-ignore format: a table is read by its columns
  const table: readonly [path: string, what: string, token: string][] = [
    ['alg',       'none',                     `${encode({ alg: 'none' })}.${encode(claims)}.AA`],
    ['token',     'none, unsigned',           `${encode({ alg: 'none' })}.${encode(claims)}.`],
    ['alg',       'NoNe',                     headed({ alg: 'NoNe' })],
    ['alg',       'HS256 by the JWK',         hmac(JSON.stringify(signer.publicJwk))],
    ['alg',       'HS256 by the PEM',         hmac(createPublicKey(signer.privateKey).export({ type: 'spki', format: 'pem' }))],
    ['alg',       'the key of another curve', headed({ alg: 'ES384' })],
    ['alg',       'a key of another type',    headed({ alg: 'EdDSA' })],
    ['alg',       'RS256',                    headed({ alg: 'RS256' })],
    ['alg',       'a name of the prototype',  headed({ alg: 'toString' })],
    ['alg',       'none at all',              headed({ alg: undefined })],
    ['alg',       'a list',                   headed({ alg: ['ES256'] })],
    ['crit',      'an extension',             headed({ crit: ['exp'], exp: 1 })],
    ['crit',      'no extension',             headed({ crit: [] })],
    ['crit',      'a payload as it is',       headed({ b64: false })],
    ['kid',       'a number',                 headed({ kid: 5 })],
    ['typ',       'a list',                   headed({ typ: ['JWT'] })],
    ['header',    'a list',                   raw(encode(['ES256']))],
    ['header',    'no JSON',                  raw(text('{"alg":"ES256"'))],
    ['header',    'too large',                headed({ padding: 'x'.repeat(8_192) })],
    ['header',    'the prototype',            raw(text('{"alg":"ES256","__proto__":{"x":1}}'))],
    ['payload',   'a text',                   raw(encode({ alg: 'ES256' }), encode('text'))],
    ['payload',   'null',                     raw(encode({ alg: 'ES256' }), encode(null))],
    ['payload',   'no UTF-8',                 raw(encode({ alg: 'ES256' }), Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'))],
    ['payload',   'too large',                raw(encode({ alg: 'ES256' }), encode({ x: 'x'.repeat(200_000) }))],
    ['payload',   'nested too deep',          raw(encode({ alg: 'ES256' }), text(`{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`))],
    ['payload',   'base64',                   raw(encode({ alg: 'ES256' }), Buffer.from('{"x":"??>"}').toString('base64'))],
    ['payload',   'padded base64url',         raw(encode({ alg: 'ES256' }), `${text('{"a":1}')}==`)],
    ['signature', 'a stranger',               raw(encode({ alg: 'ES256' }), encode(claims), freshSigner('ES256'))],
    ['signature', 'DER',                      `${der}.${sign('sha256', Buffer.from(der), signer.privateKey).toString('base64url')}`],
    ['signature', 'spelt in another way',     good.replace(/.$/, last => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[last] ?? '_')],
    ['signature', 'too large',                `${der}.${'A'.repeat(2_000)}`],
    ['signature', 'with a space',             `${good} `],
    ['token',     'two parts',                der],
    ['token',     'four parts',               `${good}.AA`],
    ['token',     'a JWE',                    'a.b.c.d.e'],
    ['token',     'nothing',                  ''],
  ]
  for (const [path, what, token] of table)
    t.throws(() => verifyCompact(token, key, algorithms), because(path), `${path}: ${what}`)
})

t.test('keys that a token brings along are not used', async t => {
  const signer = freshSigner('ES256')
  const thief = freshSigner('ES256')
  const header = {
    jwk: thief.publicJwk,
    jku: 'https://thief.example/jwks',
    x5u: 'https://thief.example/c',
    x5c: ['MIIB'],
  }
  const token = await signCompact(thief, header, claims)
  t.match(decodeCompact(token).header, header)
  t.throws(() => verifyCompact(token, readPublicKey(signer.publicJwk), algorithms), because('signature'))
})

t.test('no reason repeats what stood in the token', async t => {
  const key = readPublicKey(freshSigner('ES256').publicJwk)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = 'hush-hush'
  const signed = `${encode({ alg: secret, kid: secret })}.${encode({ secret })}`
  const token = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  const error: unknown = await Promise.resolve()
    .then(() => verifyCompact(token, key, algorithms))
    .catch(refusal => refusal)
  t.match(error, because('alg'))
  t.notMatch(inspect(error), /hush/)
})
