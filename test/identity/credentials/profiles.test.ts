import t from 'tap'
import {
  isProfile,
  profiles,
  type StatusEntry,
  writeCredential,
  writePresentation,
} from '../../../src/identity/credentials/profiles.ts'
import { content, holder, issuer } from './world.ts'

const list = 'https://issuer.example/issuer/status/1'
const revocation: StatusEntry = { purpose: 'revocation', index: 94_567, list }
const suspension: StatusEntry = { purpose: 'suspension', index: 7, list }

t.test('a credential of the data model 1.1 is the claim vc of a JWT that says the same', async t => {
  const { header, payload } = writeCredential['vc11-sl2021/jwt'](content({ status: [revocation] }))
  t.strictSame(header, { typ: 'JWT' })
  t.strictSame(payload, {
    iss: issuer,
    sub: holder,
    jti: 'urn:uuid:8247b87d-8d72-47e1-8128-9ce47e3d829d',
    iat: 1_767_225_600,
    nbf: 1_767_225_600,
    exp: 1_798_761_600,
    vc: {
      '@context': ['https://www.w3.org/2018/credentials/v1', 'https://w3id.org/vc/status-list/2021/v1'],
      id: 'urn:uuid:8247b87d-8d72-47e1-8128-9ce47e3d829d',
      type: ['VerifiableCredential', 'MembershipCredential'],
      issuer,
      issuanceDate: '2026-01-01T00:00:00Z',
      expirationDate: '2027-01-01T00:00:00Z',
      credentialSubject: { memberOf: 'Hansa', id: holder },
      credentialStatus: {
        id: `${list}#94567`,
        type: 'StatusList2021Entry',
        statusPurpose: 'revocation',
        statusListIndex: '94567',
        statusListCredential: list,
      },
    },
  })
})

t.test('a credential of the data model 2.0 is the payload itself', async t => {
  const schema = 'https://issuer.example/schema.json'
  const { header, payload } = writeCredential['vc20-bssl/jwt'](content({ status: [revocation], schema }))
  t.strictSame(header, { typ: 'vc+jwt', cty: 'vc' })
  t.notOk('vc' in payload)
  t.match(payload, {
    iss: issuer,
    sub: holder,
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiableCredential', 'MembershipCredential'],
    issuer,
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
    credentialSubject: { memberOf: 'Hansa', id: holder },
    credentialStatus: { type: 'BitstringStatusListEntry', statusListIndex: '94567' },
    credentialSchema: { id: schema, type: 'JsonSchema' },
  })
})

t.test('no claim can take the place of the holder', async t => {
  for (const profile of profiles) {
    const { payload } = writeCredential[profile](content({ claims: { id: 'did:web:thief.example' } }))
    t.match((payload.vc ?? payload) as object, { credentialSubject: { id: holder } })
  }
})

t.test('one status is told as itself, two as a list, none not at all', async t => {
  for (const profile of profiles) {
    const statusOf = (status: readonly StatusEntry[]) => {
      const { payload } = writeCredential[profile](content({ status }))
      return ((payload.vc ?? payload) as { credentialStatus?: unknown }).credentialStatus
    }
    t.equal(statusOf([]), undefined)
    t.match(statusOf([suspension]), { statusPurpose: 'suspension' })
    t.match(statusOf([revocation, suspension]), [{ statusPurpose: 'revocation' }, { statusPurpose: 'suspension' }])
  }
})

const presented = {
  holder,
  audience: 'did:web:verifier.example',
  jti: 'once',
  from: new Date('2026-06-01T00:00:00.999Z'),
  until: new Date('2026-06-01T00:02:00Z'),
  credentials: ['a.b.c'],
}
const claims = {
  iss: holder,
  sub: holder,
  aud: 'did:web:verifier.example',
  jti: 'once',
  iat: 1_780_272_000,
  nbf: 1_780_272_000,
  exp: 1_780_272_120,
}

t.test('a presentation of the data model 1.1 carries its credentials as they are', async t => {
  t.strictSame(writePresentation['vc11-sl2021/jwt'](presented), {
    header: { typ: 'JWT' },
    payload: {
      ...claims,
      vp: {
        '@context': ['https://www.w3.org/2018/credentials/v1'],
        type: ['VerifiablePresentation'],
        holder,
        verifiableCredential: ['a.b.c'],
      },
    },
  })
})

t.test('a presentation of the data model 2.0 carries them in envelopes', async t => {
  t.strictSame(writePresentation['vc20-bssl/jwt'](presented), {
    header: { typ: 'vp+jwt', cty: 'vp' },
    payload: {
      ...claims,
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      holder,
      verifiableCredential: [
        {
          '@context': 'https://www.w3.org/ns/credentials/v2',
          id: 'data:application/vc+jwt,a.b.c',
          type: 'EnvelopedVerifiableCredential',
        },
      ],
    },
  })
})

t.test('profiles are known by their alias', async t => {
  t.ok(isProfile('vc20-bssl/jwt'))
  for (const other of ['vc20-bssl/ldp', 'jwt', '', undefined, 7]) t.notOk(isProfile(other))
})
