import t from 'tap'
import type { Descriptor, Field, PresentationDefinition } from '../../../src/identity/credentials/messages.ts'
import { parseDefinition } from '../../../src/identity/credentials/presentation-definition.ts'
import { profiles } from '../../../src/identity/credentials/profiles.ts'
import { readCredential } from '../../../src/identity/credentials/read-credential.ts'
import { credential } from './world.ts'

const definition = (
  constraints: Descriptor['constraints'],
  more: Partial<PresentationDefinition> = {},
): PresentationDefinition => ({ id: 'd', input_descriptors: [{ id: 'one', constraints }], ...more })

const held = Promise.all(profiles.map(async profile => readCredential(await credential(profile))))

async function matching(asked: PresentationDefinition): Promise<readonly string[]> {
  const [one] = parseDefinition(asked)
  return (await held).filter(each => one?.matches(each)).map(({ profile }) => profile)
}

const both = [...profiles]
const [vc11] = profiles
const pattern = (text: string) => ({ type: 'string', pattern: text })

// biome-ignore format: a table is read by its columns
const fields: readonly (readonly [what: string, field: Field, found: readonly string[]])[] = [
  [ 'the type, from the token',        { path: ['$.vc.type'], filter: pattern('^MembershipCredential$') },                [vc11] ],
  [ 'the type, from either',           { path: ['$.vc.type', '$.type'], filter: pattern('MembershipCredential') },        both   ],
  [ 'the type, from the credential',   { path: ['$.type'], filter: pattern('Membership') },                               both   ],
  [ 'one of two types',                { path: ['$.type[*]'], filter: pattern('^(Other|MembershipCredential)$') },        both   ],
  [ 'another type',                    { path: ['$.type'], filter: pattern('^OtherCredential$') },                        []     ],
  [ 'a list that contains it',         { path: ['$.type'], filter: { type: 'array', contains: { const: 'MembershipCredential' } } }, both ],
  [ 'a list that contains another',    { path: ['$.type'], filter: { contains: { const: 'OtherCredential' } } },          []     ],
  [ 'another type, without saying string', { path: ['$.type'], filter: { pattern: '^OtherCredential$' } },                []     ],
  [ 'a claim by its value',            { path: ['$.credentialSubject.memberOf'], filter: { const: 'Hansa' } },            both   ],
  [ 'a claim by another value',        { path: ["$['credentialSubject']['memberOf']"], filter: { enum: ['Rome'] } },      []     ],
  [ 'a claim that is not there',       { path: ['$.credentialSubject.age'] },                                             []     ],
  [ 'one that need not be there',      { path: ['$.credentialSubject.age'], optional: true },                             both   ],
  [ 'one that is there',               { path: ['$.credentialSubject.memberOf'] },                                        both   ],
  [ 'not a value',                     { path: ['$.credentialSubject.memberOf'], filter: { not: { const: 'Hansa' } } },   []     ],
  [ 'a number in bounds',              { path: ['$.exp'], filter: { type: 'integer', minimum: 1, exclusiveMaximum: 1e12 } }, both ],
  [ 'a number out of bounds',          { path: ['$.exp'], filter: { type: 'number', maximum: 1 } },                       []     ],
  [ 'all and any of several',          { path: ['$.issuer'], filter: { allOf: [pattern('^did:web:.*'), { anyOf: [{ const: 'x' }, { type: 'string' }] }] } }, both ],
]

for (const [what, field, found] of fields)
  t.test(`a descriptor may ask for ${what}`, async t => {
    t.same(await matching(definition({ fields: [field] })), found)
  })

t.test('no pattern is looked for in a text that would take long', async t => {
  const asked = parseDefinition(
    definition({ fields: [{ path: ['$.credentialSubject.note'], filter: pattern('a.*b') }] }),
  )
  const noted = async (note: string) => readCredential(await credential('vc20-bssl/jwt', { claims: { note } }))
  t.ok(asked[0]?.matches(await noted(`a${'a'.repeat(900)}b`)))
  t.notOk(asked[0]?.matches(await noted(`a${'a'.repeat(100_000)}b`)))
})

t.test('the format counts: of the whole definition, or of the descriptor', async t => {
  t.same(await matching(definition({}, { format: { jwt_vc: { alg: ['ES256'] } } })), both)
  t.same(await matching(definition({}, { format: { jwt_vc: { alg: ['EdDSA'] } } })), [])
  t.same(await matching(definition({}, { format: { ldp_vc: { proof_type: ['Ed25519Signature2018'] } as object } })), [])
  const own = [{ id: 'one', constraints: {}, format: { jwt: {} } }]
  t.same(await matching(definition({}, { format: { ldp_vc: {} }, input_descriptors: own })), both)
})

t.test('what a JWT cannot do, and what nobody has issued to himself, is not presented', async t => {
  t.same(await matching(definition({ limit_disclosure: 'required' })), [])
  t.same(await matching(definition({ limit_disclosure: 'preferred' })), both)
  t.same(await matching(definition({ subject_is_issuer: 'required' })), [])
})

const unsafe = ['(a+)+$', '(.*)*', '.*.*.*x', '[a-z]+', 'a{1000}', '(?=a)', '^(a|b', 'x'.repeat(300)]
for (const text of unsafe)
  t.test(`a pattern like ${text.slice(0, 20)} is refused: it is a stranger's`, async t => {
    t.throws(() => parseDefinition(definition({ fields: [{ path: ['$.type'], filter: pattern(text) }] })), {
      code: 'invalid',
      faults: [{ path: '/presentationDefinition' }],
    })
  })

for (const path of ['$..type', 'type', '$[?(@.a)]', '$.a[0:2]', '', `$${'.a'.repeat(40)}`])
  t.test(`a path like ${path.slice(0, 20)} is refused`, async t => {
    t.throws(() => parseDefinition(definition({ fields: [{ path: [path] }] })), { code: 'invalid' })
  })

t.test('keywords that are not understood are refused, those that only describe are not', async t => {
  const asked = (filter: Field['filter'] & object) => () =>
    parseDefinition(definition({ fields: [{ path: ['$.type'], filter }] }))
  t.throws(asked({ $ref: 'https://example.org' }), { code: 'invalid' })
  t.throws(asked({ constructor: 1 }), { code: 'invalid' })
  t.throws(asked({ minimum: 'a' }), { code: 'invalid' })
  t.throws(asked({ not: { not: { not: { not: { not: { not: {} } } } } } }), { code: 'invalid' })
  t.doesNotThrow(asked({ $schema: 'x', title: 'y', type: 'string' }))
})
