import t from 'tap'
import { createIsRevoked, createVerifyIssued, type IssuedRules } from '../../src/gaiax/issued.ts'
import { certificateAuthority } from './authority.ts'
import { type Oddities, type Persona, peersWorld } from './peers/world.ts'

const authority = await certificateAuthority()
const { house, notary, persona, credential, publishStatus, given, at } = await peersWorld(t, authority)
const rules: IssuedRules = { ...given, isTrusted: async () => true }

/** A label by somebody; `changes` to header and payload. */
const label = (by: Persona, changes: Parameters<typeof credential>[3] = {}, subject: object = {}) =>
  credential(by, 'LabelCredential', { id: `${by.url}/label#cs`, 'gx:labelLevel': 'SC', ...subject }, changes).jwt

const verify = (jwt: string, changes: Partial<IssuedRules> = {}) =>
  createVerifyIssued({ ...rules, ...changes })(jwt, 'compliance')

// biome-ignore format: a table is read by its columns
const taken: readonly (readonly [alg: string, oddities: Oddities])[] = [
  [ 'ES256', {}                ],
  [ 'ES384', { kind: 'p384' }  ],
  [ 'RS256', { kind: 'rsa' }   ],
  [ 'PS256', { kind: 'rsa' }   ],
  [ 'PS384', { kind: 'rsa' }   ],
  [ 'PS512', { kind: 'rsa' }   ],
]

for (const [alg, oddities] of taken)
  t.test(`what a service has signed by ${alg} is taken`, async t => {
    const by = await persona(`signs-${alg}`, oddities)
    t.match(await verify(label(by, { header: { alg } })), {
      issuer: by.did,
      types: ['VerifiableCredential', 'LabelCredential'],
    })
  })

for (const alg of ['EdDSA', 'none', 'HS256', 'HS384', 'HS512'])
  t.test(`what a service has signed by ${alg} is refused`, t =>
    t.rejects(verify(label(house, { header: { alg } })), { code: 'bad-gateway', message: /algorithm/ }),
  )

t.test('a service may bring its certificates along, and a registry is then asked about them', async t => {
  const by = await persona('brings-along', { brings: true })
  t.match(await verify(label(by)), { issuer: by.did })
  const asked: unknown[] = []
  const demandKnown: IssuedRules['demandKnown'] = async (chain, x5u) => void asked.push([chain.length, x5u])
  await verify(label(by), { anchors: undefined, demandKnown })
  await verify(label(house), { anchors: undefined, demandKnown })
  t.same(asked, [
    [3, undefined],
    [3, `${house.url}/chain.pem`],
  ])
})

t.test('where no roots are named, a registry that does not know a chain has the last word', async t => {
  const demandKnown = async () => {
    throw new Error('The registry answered 409: unknown root')
  }
  await t.rejects(verify(label(house), { anchors: undefined, demandKnown }), { message: /unknown root/ })
})

t.test('what is revoked or suspended when it comes is refused; afterwards it is found out', async t => {
  for (const purpose of ['revocation', 'suspension']) {
    const by = await persona(`takes-back-${purpose}`)
    const entry = publishStatus(by, [7], purpose)
    const of = (index: number) => label(by, { payload: { credentialStatus: entry(index) } })
    await t.rejects(verify(of(7)), { code: 'bad-gateway', message: new RegExp(`the list for ${purpose}`) })
    t.match(await verify(of(8)), { issuer: by.did })
    const isRevoked = createIsRevoked(rules)
    t.same([await isRevoked(of(7)), await isRevoked(of(8))], [true, false])
  }
})

t.test(
  'a status that cannot be had keeps a new credential from being believed, and an old one from nothing',
  async t => {
    const credentialStatus = {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '3',
      statusListCredential: `${house.url}/nowhere`,
    }
    const jwt = label(house, { payload: { credentialStatus } })
    await t.rejects(verify(jwt), { code: 'bad-gateway', message: /status/i })
    t.equal(await createIsRevoked(rules)(jwt), false)
  },
)

t.test('who is not trusted is not even looked up', async t => {
  const asked: string[] = []
  const request: IssuedRules['request'] = order => {
    asked.push(String(order.url))
    return given.request(order)
  }
  const findMethod: IssuedRules['dids']['findMethod'] = (did, ...more) => {
    asked.push(did)
    return given.dids.findMethod(did, ...more)
  }
  const isTrusted = async () => false
  const attempt = verify(label(notary), { isTrusted, request, dids: { ...given.dids, findMethod } })
  await t.rejects(attempt, { message: /is not trusted for .*LabelCredential/ })
  t.same(asked, [])
})

t.test('what is over is refused without any leeway, lest it be asked for again and again', t =>
  t.rejects(verify(label(house, { payload: { validUntil: at(-1_000) } })), { message: /has expired/ }),
)

// biome-ignore format: a table is read by its columns
const odd = [
  [ 'without an id',          { id: undefined },                                          /needs an id/        ],
  [ 'about nobody',           { credentialSubject: [] },                                  /about nobody/       ],
  [ 'about two',              { credentialSubject: [{ id: 'a:1' }, { id: 'a:2' }] },      /one subject/        ],
] as const

for (const [what, payload, message] of odd)
  t.test(`a credential ${what} is refused`, t => t.rejects(verify(label(house, { payload })), { message }))
