import { generateKeyPairSync, randomInt, sign } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { verifyFile } from '../../src/cli/verify.ts'
import { type Bundle, isBundle, verifyEvidence } from '../../src/evidence/index.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { decodeCompact, publicJwkOf } from '../../src/keys/index.ts'
import { termsDigest } from '../../src/policy/index.ts'
import { digestOf } from '../../src/process/index.ts'
import { dealt } from './dealt.ts'

const { expand } = createJsonLd()
const verify = (bundle: Bundle, keys?: readonly string[]) =>
  verifyEvidence(bundle, expand, { keys: keys && new Set(keys) })

t.test('evidence says who got what under which contract, on both sides the same contract', async t => {
  const { lab, agreement, data, provider, consumer } = await dealt(t)
  t.strictSame(provider.statement.agreement, consumer.statement.agreement)
  t.equal(provider.statement.policyHash, consumer.statement.policyHash)
  t.match(provider.statement, { participant: lab.provider.id, role: 'provider', retiredReason: 'the data is sold' })
  t.match(provider.statement.transfers, [{ served: { requests: 1, bytes: Buffer.byteLength(data) } }])
  t.match(consumer.statement.transfers, [{ state: 'TERMINATED', served: null }])
  t.match(provider.statement.audit, [{ event: 'began', object: agreement, actor: String }], 'who ended it stands there')
  const words = (await verify(provider)).join('\n')
  t.match(words, `${lab.provider.id} has given ${lab.consumer.id} the right to use iowa-generation`)
  t.match(words, /ended before its time .*the data is sold/)
  t.match(words, `${Buffer.byteLength(data)} bytes in 1 accesses`)
  t.match(words, /comes with the file: make sure/)
  await verify(consumer)

  const kid = provider.signature.key.kid
  t.match((await verify(provider, [kid])).at(-1), /is one of those given/)
  await t.rejects(verify(provider, [consumer.signature.key.kid]), { message: /none of those given/ })
  const forged = { ...provider, signature: { ...consumer.signature, key: { ...consumer.signature.key, kid } } }
  await t.rejects(verify(forged, [kid]), { message: /has the name of another/ })

  const file = join(t.testdir(), 'evidence.json')
  await writeFile(file, JSON.stringify(provider, null, 2))
  t.match(await verifyFile(file, undefined), /Checked: the signature of/)
  await writeFile(file, JSON.stringify(provider).replace('the data is sold', 'the data is gone'))
  await t.rejects(verifyFile(file, undefined), { message: /something was changed/ })
})

t.test('whatever byte of evidence is changed, it is found out', async t => {
  const { provider } = await dealt(t)
  const text = JSON.stringify(provider)
  let tried = 0
  for (let round = 0; round < 400; round++) {
    const at = randomInt(text.length)
    const changed = text.slice(0, at) + String.fromCharCode(randomInt(32, 127)) + text.slice(at + 1)
    const value = parse(changed)
    if (value === undefined || isDeepStrictEqual(value, provider)) continue
    tried++
    const believed =
      isBundle(value) &&
      (await verify(value).then(
        () => true,
        () => false,
      ))
    t.notOk(believed, `byte ${at}: ${text.slice(at - 10, at + 10)}`)
  }
  t.ok(tried > 100, 'most changes leave it JSON')
})

/** Signs a statement as somebody who has the file and a key of their own. */
function signAnew({ statement, signature }: Bundle, changed: Partial<Bundle['statement']>): Bundle {
  const whole = { ...statement, ...changed }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicJwkOf(publicKey)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = { ...decodeCompact(signature.jws).payload, digest: digestOf(whole) }
  const signed = `${encode({ kid: key.kid, typ: 'evidence+jwt', alg: 'ES256' })}.${encode(claims)}`
  const bytes = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return {
    type: 'urn:kontor:evidence:1',
    statement: whole,
    signature: { jws: `${signed}.${bytes.toString('base64url')}`, key },
  }
}

t.test('what was changed and signed anew is found out by the chains and the hashes', async t => {
  const { provider } = await dealt(t)
  const { transfers, agreement, negotiation } = provider.statement
  await verify(signAnew(provider, {}))
  const without = transfers.map(each => ({ ...each, journal: each.journal.slice(1) }))
  await t.rejects(verify(signAnew(provider, { transfers: without })), { message: /is broken at entry 1/ })
  const end = negotiation && { ...negotiation, journal: negotiation.journal.slice(0, -1) }
  await t.rejects(verify(signAnew(provider, { negotiation: end })), { message: /is broken at entry/ })
  const more = { ...agreement, permission: [{ action: 'sell' }] }
  await t.rejects(verify(signAnew(provider, { agreement: more })), { message: /digest of the terms/ })
  await t.rejects(verify(signAnew(provider, { agreement: more, digest: termsDigest(more) })), {
    message: /hash of the policy/,
  })
  await t.rejects(verify(signAnew(provider, { counterparty: 'somebody else' })), { message: /between others/ })
})

/** Each member of a value, once with something else in its place, and once left out. */
function* changes(value: unknown, path = ''): Generator<{ readonly what: string; readonly changed: unknown }> {
  if (typeof value !== 'object' || value === null) {
    yield { what: `${path} is another`, changed: typeof value === 'number' ? value + 1 : `${value}!` }
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    const place = `${path}/${name}`
    const without = Array.isArray(value)
      ? value.filter((_, index) => String(index) !== name)
      : Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
    yield { what: `${place} is left out`, changed: without }
    for (const { what, changed } of changes(inner, place)) {
      const put = Array.isArray(value)
        ? value.map((each, index) => (String(index) === name ? changed : each))
        : { ...value, [name]: changed }
      yield { what, changed: put }
    }
  }
}

t.test('whatever member of evidence is changed or left out, it is found out, and so is who signs it anew', async t => {
  const { provider } = await dealt(t)
  const kid = provider.signature.key.kid
  const refuses = (bundle: unknown, keys?: readonly string[]) =>
    isBundle(bundle)
      ? verify(bundle, keys).then(
          () => false,
          () => true,
        )
      : true
  const places = new Set<string>()
  for (const { what, changed } of changes(provider)) {
    places.add(what.replaceAll(/\/\d+/g, ''))
    t.ok(await refuses(changed), what)
    const { statement } = changed as Partial<Bundle>
    if (statement && !isDeepStrictEqual(statement, provider.statement))
      t.ok(await refuses(signAnew(provider, statement), [kid]), `${what}, signed by somebody else`)
  }
  for (const place of ['/statement/transfers/served/bytes', '/statement/audit/status', '/signature/key/x'])
    t.ok(places.has(`${place} is another`), `${place} is among them`)
})

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
