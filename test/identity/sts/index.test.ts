import t from 'tap'
import { createSts } from '../../../src/identity/sts/index.ts'
import { decodeCompact, readPublicKey, verifyCompact } from '../../../src/keys/index.ts'
import { standingClock } from '../../support/clock.ts'
import { freshKeyring } from '../../support/keyrings.ts'

const did = 'did:web:us.example'
const peer = 'did:web:peer.example'
const scopes = [
  'org.eclipse.dspace.dcp.vc.type:MembershipCredential:read',
  'org.eclipse.dspace.dcp.vc.type:PartnerCredential:read',
]

function world() {
  const { now, pass } = standingClock('2026-01-01T00:00:00.999Z')
  const [identity, access] = [freshKeyring(), freshKeyring()]
  const make = () => createSts({ did, identity, access, now })
  return { sts: make(), replica: make(), identity, access, now, pass }
}

t.test('an ID token is for one peer, new each time, short-lived and never from the future', async t => {
  const { sts, identity } = world()
  const token = await sts.idToken(peer)
  const { header, payload } = verifyCompact(token, readPublicKey(identity.current().publicJwk), ['ES256'])
  t.match(header, { typ: 'JWT', alg: 'ES256', kid: `${did}#${identity.current().kid}` })
  const iat = Date.parse('2026-01-01') / 1_000
  const { jti, ...rest } = payload
  t.same(rest, { iss: did, sub: did, aud: peer, iat, exp: iat + 300 })
  t.not(decodeCompact(await sts.idToken(peer)).payload.jti, jti)
})

t.test('it carries an access token for scopes, or the one it was told to carry', async t => {
  const { sts } = world()
  const { token } = decodeCompact(await sts.idToken(peer, { scopes })).payload
  t.same(await sts.accessTokens.verify(String(token), peer), scopes)
  t.match(decodeCompact(await sts.idToken(peer, { access: 'theirs' })).payload, { token: 'theirs' })
})

t.test('an access token is taken by every replica, and given again for a while', async t => {
  const { sts, replica, pass } = world()
  const token = await sts.accessTokens.issue(peer, scopes)
  t.same(await replica.accessTokens.verify(token, peer), scopes)
  t.equal(await sts.accessTokens.issue(peer, [...scopes].reverse()), token)
  t.not(await sts.accessTokens.issue(peer, scopes.slice(1)), token)
  pass(450_000)
  t.not(await sts.accessTokens.issue(peer, scopes), token)
  t.same(await sts.accessTokens.verify(token, peer), scopes, 'the old one lives on')
  pass(450_000)
  await t.rejects(sts.accessTokens.verify(token, peer), { code: 'access-token' })
})

t.test('an access token is bound to the verifier it was made for', async t => {
  const { sts } = world()
  const token = await sts.accessTokens.issue(peer, scopes)
  await t.rejects(sts.accessTokens.verify(token, 'did:web:other.example'), { code: 'access-token' })
})

for (const [name, forge] of [
  ['made up', async () => 'faketoken'],
  ['of another connector', async () => world().sts.accessTokens.issue(peer, scopes)],
  ['an ID token', async (sts: ReturnType<typeof createSts>) => sts.idToken(did)],
  [
    'changed',
    async (sts: ReturnType<typeof createSts>) =>
      (await sts.accessTokens.issue(peer, scopes)).replace(/\.[^.]+\./, '.e30.'),
  ],
] as const)
  t.test(`an access token that is ${name} is refused`, async t => {
    const { sts } = world()
    await t.rejects(sts.accessTokens.verify(await forge(sts), peer), { name: 'Rejection', code: 'access-token' })
  })
