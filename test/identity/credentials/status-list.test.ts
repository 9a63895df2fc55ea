import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import {
  bitAt,
  drawIndex,
  emptyList,
  LIST_LENGTH,
  withBit,
  writeStatusList,
} from '../../../src/identity/credentials/status-list.ts'

const published = {
  url: 'https://issuer.example/issuer/status/1',
  issuer: 'did:web:issuer.example',
  purpose: 'revocation',
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2026-01-01T00:15:00Z'),
} as const

const encodedIn = (credential: unknown) =>
  (credential as { credentialSubject: { encodedList: string } }).credentialSubject.encodedList

t.test('the first bit is the leftmost', async t => {
  t.equal(withBit(emptyList(), 0, true)[0], 0b1000_0000)
  t.equal(withBit(emptyList(), 9, true)[1], 0b0100_0000)
  t.equal(withBit(emptyList(), LIST_LENGTH - 1, true).at(-1), 1)
})

t.test('a bit that is set is set, and no other', async t => {
  const index = fc.integer({ min: 0, max: LIST_LENGTH - 1 })
  fc.assert(
    fc.property(fc.uniqueArray(index, { minLength: 2, maxLength: 20 }), ([one = 0, ...others]) => {
      const bits = others.reduce((list, each) => withBit(list, each, true), emptyList())
      t.notOk(bitAt(bits, one))
      const set = withBit(bits, one, true)
      if (!bitAt(set, one) || !others.every(each => bitAt(set, each))) return false
      return withBit(set, one, false).equals(bits)
    }),
    { numRuns: 50 },
  )
})

t.test('a list is published with all its bits, whatever of them are set', async t => {
  const bits = withBit(emptyList(), 42, true)
  const bitstring = writeStatusList['vc20-bssl/jwt']({ ...published, bits })
  t.match(bitstring.header, { typ: 'vc+jwt' })
  t.match(bitstring.payload, {
    iss: published.issuer,
    sub: `${published.url}#list`,
    id: published.url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    validUntil: '2026-01-01T00:15:00Z',
    credentialSubject: { id: `${published.url}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation' },
  })
  const encoded = encodedIn(bitstring.payload)
  t.match(encoded, /^u[\w-]+$/)
  t.ok(gunzipSync(Buffer.from(encoded.slice(1), 'base64url')).equals(bits))

  const { payload } = writeStatusList['vc11-sl2021/jwt']({ ...published, bits })
  t.match(payload, { vc: { type: ['VerifiableCredential', 'StatusList2021Credential'] } })
  t.match(payload, { vc: { expirationDate: '2026-01-01T00:15:00Z', credentialSubject: { type: 'StatusList2021' } } })
  t.ok(gunzipSync(Buffer.from(encodedIn(payload.vc), 'base64')).equals(bits))
  t.ok(bits.length * 8 >= 131_072)
})

t.test('an index is drawn until a free one is found, and not for ever', async t => {
  const draws = [5, 5, 6]
  t.equal(
    drawIndex(withBit(emptyList(), 5, true), () => draws.shift() ?? 0),
    6,
  )
  t.equal(drawIndex(Buffer.alloc(LIST_LENGTH / 8, 0xff)), undefined)
})

t.test('indexes tell nothing of their order', async t => {
  const drawn = Array.from({ length: 64 }, () => drawIndex(emptyList()) ?? -1)
  t.ok(drawn.every(index => index >= 0 && index < LIST_LENGTH))
  t.notSame(
    drawn,
    [...drawn].sort((a, b) => a - b),
  )
})
