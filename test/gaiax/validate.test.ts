import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { standardGaiaX } from '../../src/config/index.ts'
import { selfDescription } from '../../src/gaiax/self-description.ts'
import { credentialPayload } from '../../src/gaiax/sign.ts'
import { createValidation } from '../../src/gaiax/validate.ts'
import { createJsonLd, type JsonObject } from '../../src/jsonld/index.ts'
import { company } from './world.ts'

const endpoints = {
  credentials: 'https://provider.example/gaia-x/credentials',
  dsp: 'https://provider.example/dsp/2025-1',
}
const settings = { ...standardGaiaX, ...company }
const from = new Date('2026-01-01T00:00:00Z')

const payloadOf = (name: string, type: string, claims: JsonObject): JsonObject => {
  const id = `${endpoints.credentials}/${name}`
  const envelope = {
    id,
    type,
    issuer: 'did:web:provider.example',
    context: settings.context,
    validFrom: from,
    validUntil: from,
  }
  return { ...credentialPayload(envelope, claims, `${id}#cs`) }
}

const ours = selfDescription(settings, endpoints).map(({ name, type, claims }) => payloadOf(name, type, claims))

const validation = createValidation(createJsonLd(), settings)
t.teardown(() => validation.close())

t.test('what we say of ourselves is valid', async t => {
  t.strictSame(await validation.validate(ours), [])
})

t.test('by whichever of its names the namespace is called', async t => {
  const aliased = JSON.parse(
    JSON.stringify(ours).replaceAll('https://w3id.org/gaia-x/development#', 'https://w3id.org/gaia-x/2511#'),
  )
  t.strictSame(await validation.validate(aliased), [])
})

/** The ontology's own shapes, where somebody has put them beside the project. */
const full = fileURLToPath(new URL('../../../shared/gaiax/gx.shacl.ttl', import.meta.url))
const nearby = process.env.KONTOR_TEST_GAIAX ?? full
t.test(
  'by the full shapes of the ontology, too',
  { skip: existsSync(nearby) ? false : 'the ontology is not here' },
  async t => {
    const byTheBook = createValidation(createJsonLd(), { ...settings, shapes: nearby })
    t.teardown(() => byTheBook.close())
    t.strictSame(await byTheBook.validate(ours), [])
  },
)

const person = (changes: JsonObject): JsonObject => {
  const { credentialSubject, ...rest } = ours[0] ?? {}
  const subject = Object.fromEntries(
    Object.entries({ ...(credentialSubject as JsonObject), ...changes }).filter(([, value]) => value !== undefined),
  )
  return { ...rest, credentialSubject: subject }
}
const address = (changes: JsonObject) =>
  person({ 'gx:legalAddress': { type: 'gx:Address', 'gx:countryCode': 'DE', ...changes } })

// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, credential: JsonObject, property: string, rule: string, message: RegExp])[] = [
  [ 'no headquarters',          person({ 'gx:headquartersAddress': undefined }),        'gx:headquartersAddress', 'MinCount', /missing here: add it/ ],
  [ 'no legal address',         person({ 'gx:legalAddress': undefined }),               'gx:legalAddress',        'MinCount', /missing/ ],
  [ 'no registration number',   person({ 'gx:registrationNumber': undefined }),         'gx:registrationNumber',  'MinCount', /missing/ ],
  [ 'a number of no type',      person({ 'gx:registrationNumber': { 'gx:vatID': 'X' } }), 'gx:registrationNumber', 'Class',   /type that belongs there/ ],
  [ 'a country by its name',    address({ 'gx:countryCode': 'GERMANY' }),               'gx:countryCode',         'Code',     /"GERMANY"; it must be an ISO 3166-1 code/ ],
  [ 'an unknown region',        address({ 'vcard:region': 'Holstein' }),                'vcard:region',           'Code',     /NUTS-2/ ],
  [ 'two localities',           address({ 'vcard:locality': ['Lübeck', 'Wismar'] }),    'vcard:locality',         'MaxCount', /too often/ ],
  [ 'a property of old',        person({ 'gx:headquarterAddress': { 'gx:countryCode': 'DE' } }), 'gx:headquarterAddress', 'Closed', /no property here/ ],
  [ 'a name that is a number',  person({ 'schema:name': 7 }),                           'schema:name',            'Datatype', /plain text/ ],
  [ 'a link that is a text',    person({ 'gx:legalAddress': 'Mengstraße' }),            'gx:legalAddress',        'Class',    /type that belongs there/ ],
  [ 'terms of another version', payloadOf('tc', 'Issuer', { 'gx:gaiaxTermsAndConditions': 'abc' }), 'gx:gaiaxTermsAndConditions', 'In', /"abc"/ ],
  [ 'terms without a link',     payloadOf('so', 'ServiceOffering', { 'gx:providedBy': { id: `${endpoints.credentials}/legal-person#cs` },
      'gx:serviceOfferingTermsAndConditions': { type: 'gx:TermsAndConditions', 'gx:url': 'https://x.example', 'gx:hash': 'a' } }), 'gx:url', 'NodeKind', /write a link as/ ],
]

for (const [what, credential, property, rule, message] of wrong)
  t.test(`${what}: the property, the rule and the mend are named`, async t => {
    const others = ours.filter(({ id }) => id !== credential.id)
    const found = await validation.validate([credential, ...others])
    t.ok(
      found.some(each => each.property === property && each.rule === rule && message.test(each.message)),
      JSON.stringify(found, null, 2),
    )
  })
