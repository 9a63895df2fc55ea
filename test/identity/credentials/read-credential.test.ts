import t from 'tap'
import { profiles, writeCredential } from '../../../src/identity/credentials/profiles.ts'
import { readCredential } from '../../../src/identity/credentials/read-credential.ts'
import { content, credential, holder, issuer, signerOf } from './world.ts'

for (const profile of profiles)
  t.test(`a credential of ${profile} is read as it was written`, async t => {
    t.match(readCredential(await credential(profile)), {
      profile,
      algorithm: 'ES256',
      id: 'urn:uuid:8247b87d-8d72-47e1-8128-9ce47e3d829d',
      types: ['MembershipCredential'],
      issuer,
      subjects: [{ id: holder, memberOf: 'Hansa' }],
      validFrom: new Date('2026-01-01T00:00:00Z'),
      validUntil: new Date('2027-01-01T00:00:00Z'),
    })
  })

/** A credential of the data model 1.1 in which something is otherwise. */
const changed = (vc: object, claims: object = {}) => {
  const { header, payload } = writeCredential['vc11-sl2021/jwt'](content())
  return signerOf(issuer)({ header, payload: { ...payload, ...claims, vc: { ...(payload.vc as object), ...vc } } })
}

t.test('it ends when the first of its dates says so', async t => {
  const early = Date.parse('2026-02-01T00:00:00Z')
  t.same(readCredential(await changed({}, { exp: early / 1_000 })).validUntil, new Date(early))
  t.same(readCredential(await changed({ expirationDate: '2026-02-01T00:00:00Z' })).validUntil, new Date(early))
  t.equal(readCredential(await changed({ expirationDate: undefined }, { exp: undefined })).validUntil, undefined)
})

t.test('dates with nanoseconds, an issuer as an object and a type as a text are read', async t => {
  const {
    types,
    issuer: by,
    validFrom,
  } = readCredential(
    await changed({
      issuanceDate: '2026-01-01T00:00:00.123456789Z',
      issuer: { id: issuer, name: 'Issuer' },
      type: 'MembershipCredential',
    }),
  )
  t.same(types, ['MembershipCredential'])
  t.equal(by, issuer)
  t.equal(validFrom?.getTime(), Date.parse('2026-01-01T00:00:00.123Z'))
})

// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, vc: object, claims: object, message: RegExp])[] = [
  [ 'no issuer',          { issuer: undefined },                    {},                   /no issuer/      ],
  [ 'two issuers',        {},                                       { iss: 'did:web:x' }, /two issuers/    ],
  [ 'no subject',         { credentialSubject: undefined },         {},                   /about nobody/   ],
  [ 'a date that is none',{ expirationDate: 'tomorrow' },           {},                   /date that is none/ ],
]

for (const [what, vc, claims, message] of wrong)
  t.test(`a credential with ${what} is refused`, async t => {
    const jwt = await changed(vc, claims)
    t.throws(() => readCredential(jwt), { code: 'invalid', message })
  })

t.test('the claim vc says which data model it is, whatever context the credential names', async t => {
  t.equal(readCredential(await changed({ '@context': 'none' })).profile, 'vc11-sl2021/jwt')
  const { header, payload } = writeCredential['vc20-bssl/jwt'](content())
  const other = await signerOf(issuer)({ header, payload: { ...payload, '@context': ['https://example.org'] } })
  t.throws(() => readCredential(other), { code: 'invalid', message: /no data model/ })
})

t.test('what is no token is refused', async t => {
  for (const text of ['', 'a.b.c', '{}']) t.throws(() => readCredential(text), { code: 'invalid' })
})
