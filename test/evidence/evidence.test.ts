import { generateKeyPairSync, randomInt, sign } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { verifyFile } from '../../src/cli/verify.ts'
import { digestOf } from '../../src/evidence/bundle.ts'
import { type Bundle, isBundle, verifyEvidence } from '../../src/evidence/index.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { decodeCompact, publicJwkOf } from '../../src/keys/index.ts'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, wayOf } from '../../src/lab/story/transfer.ts'
import { termsDigest } from '../../src/policy/index.ts'
import { beginTransfer, negotiate, openShop } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

const { expand } = createJsonLd()
const verify = (bundle: Bundle, keys?: readonly string[]) =>
  verifyEvidence(bundle, expand, { keys: keys && new Set(keys) })

/** The evidence that both sides have of one contract, after data was fetched under it and it was ended. */
async function dealt(t: Test) {
  const lab = await startLab(t)
  await openShop(lab)
  const agreement = await negotiate(lab)
  const transfer = await beginTransfer(lab, agreement)
  await reach(lab.consumer, transfer, 'STARTED')
  const data = await (await knock(await wayOf(lab.consumer, transfer))).text()
  await post(lab.provider, `/v1/agreements/${agreement}/retire`, { reason: 'the data is sold' })
  await reach(lab.consumer, transfer, 'TERMINATED')
  await lab.drain()
  const of = (who: Participant) => get<Bundle>(who, `/v1/agreements/${agreement}/evidence`)
  // What was let out is counted a moment after it has left.
  let provider = await of(lab.provider)
  while (provider.statement.transfers[0]?.served?.requests !== 1) provider = await of(lab.provider)
  return { lab, agreement, data, provider, consumer: await of(lab.consumer) }
}

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
