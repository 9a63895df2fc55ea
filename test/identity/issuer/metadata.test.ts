import t from 'tap'
import { assertDcpValid } from '../../support/dcp-spec.ts'
import { definition, issuerWorld } from './world.ts'

t.test('anybody may ask what is issued here', async t => {
  const definitions = [
    definition(),
    definition({ id: 'new', profile: 'vc20-bssl/jwt', schema: 'https://example.org/s.json' }),
  ]
  const { call, us, base } = await issuerWorld(t, { definitions })
  const { status, body } = await call('GET', '/metadata')
  t.equal(status, 200)
  assertDcpValid(t, body)
  t.match(body, {
    issuer: us.did,
    credentialsSupported: [
      {
        id: 'membership',
        credentialType: 'MembershipCredential',
        profile: 'vc11-sl2021/jwt',
        bindingMethods: ['did:web'],
        credentialSchema: `${base}/schemas/membership`,
      },
      { id: 'new', profile: 'vc20-bssl/jwt', credentialSchema: 'https://example.org/s.json' },
    ],
  })
})

t.test('a definition without a schema of its own gets one that says what its claims are', async t => {
  const { call, base } = await issuerWorld(t)
  const { status, body, type } = await call('GET', '/schemas/membership')
  t.equal(status, 200)
  t.match(type, 'application/schema+json')
  t.match(body, {
    $id: `${base}/schemas/membership`,
    required: ['id', 'memberOf', 'city'],
  })
  t.equal((await call('GET', '/schemas/none')).status, 404)
})
