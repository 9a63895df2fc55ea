import t from 'tap'
import { hashToken, Secret } from '../../src/config/index.ts'
import { createTokens } from '../../src/identity/index.ts'

const { verifySender, authorize } = createTokens([
  { id: 'did:web:a', accepts: hashToken('token-of-a'), presents: new Secret('for-a'), groups: ['members'] },
  { id: 'did:web:b', accepts: hashToken('token-of-b'), presents: new Secret('for-b'), groups: [] },
])

t.test('a participant is known by its token, with the groups it is in', async t => {
  t.same(await verifySender('Bearer token-of-a'), { id: 'did:web:a', claims: { groups: ['members'] } })
  t.same(await verifySender('token-of-b'), { id: 'did:web:b', claims: { groups: [] } })
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
