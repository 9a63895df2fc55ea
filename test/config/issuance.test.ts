import t from 'tap'
import { least, load, refusal } from './loading.ts'

/** A configuration that may have an issuer: it is known by a DID. */
const known = `${least}identity: { mode: dcp, dcp: { required: [] } }\n`
const definition = (fields: string) => `${known}issuer: { definitions: [{ ${fields} }] }`
const holder = (fields: string) => `${known}issuer: { definitions: [{ id: m, type: M }], holders: [{ ${fields} }] }`

t.test('an id and a type make a definition, the rest follows', async t => {
  const { issuer } = await load(t, definition('id: membership, type: MembershipCredential'))
  t.strictSame(issuer, {
    definitions: [
      {
        id: 'membership',
        type: 'MembershipCredential',
        profile: 'vc20-bssl/jwt',
        validity: 31_536_000_000,
        approval: 'automatic',
        requires: {},
        claims: {},
        status: ['revocation'],
        schema: undefined,
      },
    ],
    holders: [],
    statusValidity: 900_000,
    formatNames: 'dcp',
  })
})

t.test('everything may be said otherwise, in the file and in a variable', async t => {
  const definitions = [
    {
      id: 'm',
      type: 'M',
      profile: 'vc11-sl2021/jwt',
      validity: '30d',
      approval: 'person',
      requires: { rank: 'full' },
      claims: { memberOf: 'Hansa', city: { attribute: 'city' } },
      status: ['revocation', 'suspension'],
      schema: 'https://example.org/schema.json',
    },
  ]
  const holders = [{ id: 'did:web:alice.example', attributes: { city: 'Lübeck' }, credentials: ['m'] }]
  const expected = {
    definitions: [{ ...definitions[0], validity: 2_592_000_000 }],
    holders,
    statusValidity: 5_000,
    formatNames: 'edc',
  }
  const inFile = await load(
    t,
    `${known}issuer: ${JSON.stringify({ definitions, holders, statusValidity: '5s', formatNames: 'edc' })}`,
  )
  t.same(inFile.issuer, expected)
  const inVariables = await load(t, known, {
    KONTOR_ISSUER_DEFINITIONS: JSON.stringify(definitions),
    KONTOR_ISSUER_HOLDERS: JSON.stringify(holders),
    KONTOR_ISSUER_STATUSVALIDITY: '5s',
    KONTOR_ISSUER_FORMATNAMES: 'edc',
  })
  t.same(inVariables.issuer, expected)
})

// biome-ignore format: a table is read by its columns
const wrong = [
  // in the file                                          names                              and says
  [ definition('type: M'),                                'issuer.definitions[0].id',        'is missing'                    ],
  [ definition('id: a/b, type: M'),                       'issuer.definitions[0].id',        'letters, digits, dots'         ],
  [ definition('id: m'),                                  'issuer.definitions[0].type',      'is missing'                    ],
  [ definition('id: m, type: M, profile: jwt'),           'issuer.definitions[0].profile',   'one of vc20-bssl/jwt'          ],
  [ definition('id: m, type: M, validity: 1y'),           'issuer.definitions[0].validity',  'a duration'                    ],
  [ definition('id: m, type: M, approval: maybe'),        'issuer.definitions[0].approval',  'one of automatic, person'      ],
  [ definition('id: m, type: M, claims: { a: 7 }'),       'issuer.definitions[0].claims.a',  'a text, or { attribute: name }' ],
  [ definition('id: m, type: M, claims: [a]'),            'issuer.definitions[0].claims',    'a mapping from names'          ],
  [ definition('id: m, type: M, claims: { a: { attr: b } }'), 'issuer.definitions[0].claims.a', 'a text, or { attribute: name }' ],
  [ definition('id: m, type: M, status: [expiry]'),       'issuer.definitions[0].status[0]', 'one of revocation, suspension' ],
  [ definition('id: m, type: M, schema: x'),              'issuer.definitions[0].schema',    'http or https URL'             ],
  [ definition('id: m, type: M, aproval: person'),        'issuer.definitions[0].aproval',   'is no setting of a credential definition' ],
  [ `${known}issuer: { definitions: { a: b } }`,          'issuer.definitions',              'a list'                        ],
  [ `${known}issuer: { definitions: [7] }`,               'issuer.definitions[0]',           'a mapping with id, type'       ],
  [ `${known}issuer: { definitions: [{ id: m, type: M }, { id: m, type: N }] }`, 'issuer.definitions', 'two entries with the same id' ],
  [ holder('id: alice'),                                  'issuer.holders[0].id',            'a DID'                         ],
  [ holder('id: "did:web:a", credentials: [x]'),          'issuer.holders',                  'does not have'                 ],
  [ `${known}issuer: { holders: [{ id: "did:web:a" }, { id: "did:web:a" }] }`, 'issuer.holders', 'two entries with the same id' ],
  [ `${least}issuer: { definitions: [{ id: m, type: M }] }`, 'identity.mode', 'holders and verifiers know an issuer by its DID' ],
  [ `${known}role: issuer`,                              'issuer.definitions',              'must be set when role is issuer' ],
] as const

for (const [text, name, says] of wrong)
  t.test(`${name} is blamed: ${says}`, async t => {
    const { faults } = await refusal(load(t, text))
    t.ok(
      faults.some(({ message }) => message.includes(name) && message.includes(says)),
      JSON.stringify(faults),
    )
  })
