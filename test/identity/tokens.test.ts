import t from 'tap'
import { hashToken, Secret } from '../../src/config/index.ts'
import { createTokens } from '../../src/identity/index.ts'

/** What an EDC with mock-up identities puts into the header, and expects there. */
const edcShows = '{"region":"eu","audience":"http://us.example/dsp/2025-1","clientId":"an-edc"}'
const weShow = '{"region":"eu","audience":"http://edc.example/protocol/2025-1","clientId":"us"}'

const { verifySender, authorize } = createTokens([
  {
    id: 'did:web:a',
    accepts: hashToken('token-of-a'),
    presents: new Secret('for-a'),
    scheme: 'bearer',
    groups: ['members'],
  },
  { id: 'did:web:b', accepts: hashToken('token-of-b'), presents: new Secret('for-b'), scheme: 'bearer', groups: [] },
  { id: 'an-edc', accepts: hashToken(edcShows), presents: new Secret(weShow), scheme: 'none', groups: [] },
])

t.test('a participant is known by its token, with the groups it is in', async t => {
  t.same(await verifySender('Bearer token-of-a'), { id: 'did:web:a', claims: { groups: ['members'] } })
  t.same(await verifySender('token-of-b'), { id: 'did:web:b', claims: { groups: [] } })
})

t.test('a token may be what an EDC sends for one: bare JSON, to the last sign', async t => {
  t.match(await verifySender(edcShows), { id: 'an-edc' })
  await t.rejects(verifySender(edcShows.replace('eu', 'us')), { code: 'unauthenticated' })
  t.equal(await authorize('an-edc'), weShow)
})

for (const header of [
  undefined,
  'Bearer',
  'Bearer wrong',
  `Bearer ${hashToken('token-of-a')}`,
  'Basic dG9rZW4tb2YtYQ==',
])
  t.test(`nobody is let in with ${header}`, async t => {
    await t.rejects(verifySender(header), { code: 'unauthenticated', status: 401 })
  })

t.test('a refusal does not repeat the token', async t => {
  const error = await verifySender('Bearer my-secret').catch((error: Error) => error)
  t.notMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /my-secret/)
})

t.test('we show each participant the token it gave us, and say what is missing for others', async t => {
  t.equal(await authorize('did:web:b'), 'Bearer for-b')
  await t.rejects(authorize('did:web:c'), { code: 'invalid', message: /identity\.participants/ })
})
