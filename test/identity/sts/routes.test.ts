import t, { type Test } from 'tap'
import { hashToken } from '../../../src/config/index.ts'
import { createSts } from '../../../src/identity/sts/index.ts'
import { stsRoutes } from '../../../src/identity/sts/routes.ts'
import { decodeCompact } from '../../../src/keys/index.ts'
import { serve } from '../../http/support.ts'
import { freshKeyring } from '../../support/keyrings.ts'

const did = 'did:web:us.example'
const good = {
  grant_type: 'client_credentials',
  client_id: 'wallet',
  client_secret: 'hunter2-and-more',
  audience: 'did:web:peer.example',
}

async function service(t: Test) {
  const sts = createSts({ did, identity: freshKeyring(), access: freshKeyring(), now: () => new Date() })
  const clients = [
    { id: 'other', secret: hashToken('another secret') },
    { id: 'wallet', secret: hashToken('hunter2-and-more') },
  ]
  const { url } = await serve(t, [], {}, stsRoutes(sts, clients))
  const ask = async (
    form: Record<string, string> | string | [string, string][],
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}/sts/token`, {
      method: 'POST',
      body: typeof form === 'string' ? form : new URLSearchParams(form),
      headers,
    })
    return {
      status: response.status,
      cache: response.headers.get('cache-control'),
      body: (await response.json()) as Record<string, string>,
    }
  }
  return { sts, ask }
}

t.test('a program of ours gets an ID token for an audience', async t => {
  const { ask } = await service(t)
  const { status, cache, body } = await ask(good)
  t.match({ status, cache, body }, { status: 200, cache: 'no-store', body: { token_type: 'Bearer', expires_in: 300 } })
  const { payload } = decodeCompact(String(body.access_token))
  t.match(payload, { iss: did, sub: did, aud: good.audience })
  t.notOk('token' in payload, 'without scopes there is no access token')
})

t.test('with scopes it carries an access token for that audience, with a token that very one', async t => {
  const { sts, ask } = await service(t)
  const { body } = await ask({ ...good, bearer_access_scope: 'a:b:read  c:d:read' })
  const { token } = decodeCompact(String(body.access_token)).payload
  t.same(await sts.accessTokens.verify(String(token), good.audience), ['a:b:read', 'c:d:read'])
  const other = await ask({ ...good, token: 'theirs' })
  t.match(decodeCompact(String(other.body.access_token)).payload, { token: 'theirs' })
})

/** What is wrong with a request, the status, and the error of RFC 6749. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [name: string, status: number, error: string, change: object])[] = [
  ['an unknown client',      401, 'invalid_client',         { client_id: 'nobody' }],
  ['a wrong secret',         401, 'invalid_client',         { client_secret: 'hunter3' }],
  ['another one’s secret',   401, 'invalid_client',         { client_secret: 'another secret' }],
  ['no secret',              400, 'invalid_request',        { client_secret: '' }],
  ['no audience',            400, 'invalid_request',        { audience: '' }],
  ['an audience of no DID',  400, 'invalid_request',        { audience: 'https://peer.example' }],
  ['another grant',          400, 'unsupported_grant_type', { grant_type: 'password' }],
  ['both token and scope',   400, 'invalid_request',        { token: 'theirs', bearer_access_scope: 'a:b' }],
]
for (const [name, status, error, change] of wrong)
  t.test(`a request with ${name} is refused: ${error}`, async t => {
    const { ask } = await service(t)
    const answer = await ask({ ...good, ...change })
    t.match(answer, { status, body: { error, error_description: String } })
    t.notMatch(JSON.stringify(answer), /hunter/)
  })

t.test('a parameter that comes twice is refused', async t => {
  const { ask } = await service(t)
  const twice: [string, string][] = [...Object.entries(good), ['audience', 'did:web:other.example']]
  t.match(await ask(twice), { status: 400, body: { error: 'invalid_request' } })
})

t.test('what is no form is refused', async t => {
  const { ask } = await service(t)
  const answer = await ask(JSON.stringify(good), { 'content-type': 'application/json' })
  t.match(answer, { status: 415, body: { code: 'unsupported-media-type' } })
})
