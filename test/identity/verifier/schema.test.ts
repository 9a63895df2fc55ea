import t from 'tap'
import { profiles, writeCredential } from '../../../src/identity/credentials/profiles.ts'
import { schemaOf } from '../../../src/identity/issuer/metadata.ts'
import { verifyCredential } from '../../../src/identity/verifier/credential.ts'
import { signRaw } from '../../support/dids.ts'
import { definition } from '../issuer/world.ts'
import { world } from './world.ts'

for (const profile of profiles)
  t.test(
    `what an issuer of ours writes fits the schema that it publishes, and nothing less does (${profile})`,
    async t => {
      const { host, authority, alice, judges, now } = await world(t)
      const schema = `${host.url}/schemas/membership`
      host.put('/schemas/membership', schemaOf(definition({ profile }), schema))
      const issue = (claims: object) => {
        const { header, payload } = writeCredential[profile]({
          id: 'urn:uuid:1',
          type: 'MembershipCredential',
          issuer: authority.did,
          holder: alice.did,
          claims: { ...claims },
          validFrom: now(),
          validUntil: new Date(now().getTime() + 86_400_000),
          schema,
          status: [],
        })
        return signRaw(authority, header, payload)
      }
      const whole = await issue({ memberOf: 'Hansa', city: 'Riga' })
      t.match(await verifyCredential(whole, alice.did, judges), { credential: { subject: { city: 'Riga' } } })
      const less = await issue({ memberOf: 'Hansa' })
      await t.rejects(verifyCredential(less, alice.did, judges), { code: 'credential-schema' })
    },
  )
