import t, { type Test } from 'tap'
import { type Config, Secret } from '../../src/config/index.ts'
import type { Connector } from '../../src/connector.ts'
import { federatedCatalogue } from '../support/federated-catalogue.ts'
import { certificateAuthority } from './authority.ts'
import { follow } from './clearing.ts'
import { participant, read } from './world.ts'

const ca = await certificateAuthority()
type Catalogue = Awaited<ReturnType<typeof federatedCatalogue>>

const unset: Config['gaiaX']['catalogue'] = {
  url: undefined,
  token: undefined,
  tokenUrl: undefined,
  clientId: undefined,
  clientSecret: undefined,
}

/** A participant that is known to a catalogue, and makes itself known there. */
async function member(t: Test, catalogue: Catalogue, changes: Partial<Config['gaiaX']> = {}) {
  const who = await participant(t, ca, changes)
  catalogue.login.participant = who.did
  const byClient = {
    ...unset,
    url: catalogue.url,
    tokenUrl: catalogue.tokenUrl,
    clientId: catalogue.login.id,
    clientSecret: new Secret(catalogue.login.secret),
  }
  return {
    ...who,
    byClient,
    byToken: async (roles?: readonly string[]) => ({
      ...unset,
      url: catalogue.url,
      token: new Secret(await catalogue.tokenFor(who.did, roles)),
    }),
    start: (other: Partial<Config['gaiaX']> = {}, now?: () => Date) =>
      who.start({ catalogue: byClient, ...other }, now && { now }),
  }
}

const typesIn = ({ assets }: Catalogue) =>
  [...assets.values()].map(({ jwt }) => [read(jwt).payload.type].flat().at(-1)).sort()

const state = async (connector: Connector) => {
  const answer = await fetch(`${connector.urls().management}/management/v1/gaia-x`, {
    headers: { 'x-api-key': 'a key for the tests' },
  })
  return memberOf(await answer.json(), 'catalogue')
}

/** A member of an answer. */
const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([each]) => each === name)?.[1] : undefined

const isAbout = (event: { type: string; data: object }, type: string): boolean =>
  event.type.endsWith(type) && memberOf(event.data, 'task') === 'publication'

const refresh = (connector: Connector) =>
  fetch(`${connector.urls().management}/management/v1/gaia-x/refresh`, {
    method: 'POST',
    headers: { 'x-api-key': 'a key for the tests', 'content-type': 'application/json' },
    body: '{}',
  })

t.test('what we say of ourselves is in the catalogue, in a form that it verifies', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  const connector = await who.start()
  t.strictSame(typesIn(catalogue), ['gx:Issuer', 'gx:LegalPerson', 'gx:ServiceOffering'])
  t.ok(catalogue.assets.has(`${who.url}/gaia-x/credentials/legal-person#cs`))
  t.match(await state(connector), { url: catalogue.url, there: 3, waiting: 0, refused: [] })
})

t.test('what is there already is not brought again', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  await (await who.start()).stop()
  const before = catalogue.asked.length
  const connector = await who.start()
  await refresh(connector)
  await connector.jobs.drained()
  t.equal(catalogue.asked.length, before)
})

t.test('what has changed takes the place of what was there, what is no longer said is taken back', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  await (await who.start()).stop()
  await who.start({ legalName: 'Kogge International', serviceTerms: undefined })
  t.strictSame(typesIn(catalogue), ['gx:Issuer', 'gx:LegalPerson'])
  const person = catalogue.assets.get(`${who.url}/gaia-x/credentials/legal-person#cs`)
  t.equal(person?.versions, 2)
  t.match(read(person?.jwt ?? '').payload, {
    iss: who.did,
    credentialSubject: { 'schema:name': 'Kogge International' },
  })
})

t.test('a token that does not last is asked for again', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  catalogue.login.life = 0.000_001
  await who.start()
  t.equal(catalogue.assets.size, 3)
  t.equal(catalogue.asked.filter(each => each.endsWith('/token')).length, 3)
})

t.test('a token from the settings does, too', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  await who.start({ catalogue: await who.byToken() })
  t.equal(catalogue.assets.size, 3)
  t.notOk(catalogue.asked.some(each => each.endsWith('/token')))
})

t.test('a catalogue that does not answer is tried again, and it is told once', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  catalogue.fails(503)
  const starting = who.start()
  await catalogue.answered(2)
  catalogue.fails(undefined)
  const connector = await starting
  const events = await follow(t, connector)
  await events.find(event => isAbout(event, 'gaia-x.mended'))
  const failed = events.events.filter(event => isAbout(event, 'gaia-x.failed'))
  t.equal(failed.length, 1)
  t.equal(failed[0]?.subject, catalogue.url)
  t.equal(catalogue.assets.size, 3)
})

// biome-ignore format: a table is read by its columns
const closed: Readonly<Record<string, readonly [(who: Awaited<ReturnType<typeof member>>) => Promise<Config['gaiaX']['catalogue']> | Config['gaiaX']['catalogue'], RegExp]>> = {
  'a token without the roles':   [ who => who.byToken(['ASSET_READ']),                                          /403.*ASSET_CREATE/      ],
  'a token that it does not know': [ who => ({ ...who.byClient, token: new Secret('not-one-of-theirs') }),      /401.*gaiaX\.catalogue/  ],
  'a client that is refused':    [ who => ({ ...who.byClient, clientSecret: new Secret('wrong-secret') }),      /401 \(invalid_client\)/ ],
  'an address of something else': [ who => ({ ...who.byClient, url: `${who.byClient.url}/elsewhere` }),         /404.*version 2/         ],
}

for (const [name, [settings, reason]] of Object.entries(closed))
  t.test(`${name} is told with what to do, and the connector goes on`, async t => {
    const catalogue = await federatedCatalogue(t)
    const who = await member(t, catalogue)
    const connector = await who.start({ catalogue: await settings(who) })
    const events = await follow(t, connector)
    const { data } = await events.find(({ type }) => type.endsWith('gaia-x.refused'))
    t.match(memberOf(data, 'reason'), reason)
    t.notMatch(JSON.stringify(data), /wrong-secret|not-one-of-theirs|sh\+ip/)
    t.equal(catalogue.assets.size, 0)
    t.equal((await fetch(`${who.url}/gaia-x/self-description`)).status, 200)
  })

t.test('what the catalogue refuses alone is told alone, and tried again when an hour is over', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  let later = 0
  const now = () => new Date(Date.now() + later)
  const connector = await who.start({ validity: 86_400_000 * 30 }, now)
  t.equal(catalogue.assets.size, 3)
  await connector.db.query(
    `update gaiax_catalogued set state = 'refused', reason = 'a rule', at = now() where credential like '%legal-person'`,
  )
  t.match(await state(connector), { there: 2, refused: [{ credential: /legal-person$/, reason: 'a rule' }] })
  await refresh(connector)
  await connector.jobs.drained()
  t.match(await state(connector), { there: 2 })
  later = 3_600_000
  await refresh(connector)
  await connector.jobs.drained()
  t.match(await state(connector), { there: 3, refused: [] })
})

t.test('as everybody finds them our credentials are not what a catalogue that verifies signatures takes', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  const connector = await who.start({ catalogue: unset })
  const [own] = await connector.db.query<{ jwt: string }>(`select jwt from gaiax_credential where type = 'LegalPerson'`)
  const bring = (body: string) =>
    catalogue.tokenFor(who.did).then(token =>
      fetch(`${catalogue.url}/assets`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vc+jwt' },
      }),
    )
  t.match(await (await bring(own?.jwt ?? '')).json(), { message: "JWT missing 'iss' claim" })
  const lenient = await federatedCatalogue(t, { verifiesSignatures: false })
  const token = await lenient.tokenFor(who.did)
  const taken = await fetch(`${lenient.url}/assets`, {
    method: 'POST',
    body: own?.jwt ?? '',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vc+jwt' },
  })
  t.equal(taken.status, 201, 'one that does not verify them takes it')
})

t.test('what was begun when the connector ended is brought when it starts again', async t => {
  const catalogue = await federatedCatalogue(t)
  const who = await member(t, catalogue)
  const first = await who.start()
  await first.db.query(`update gaiax_catalogued set state = 'begun' where credential like '%legal-person'`)
  await first.stop()
  const before = catalogue.asked.filter(each => each === 'POST /assets').length
  const connector = await who.start()
  t.equal(catalogue.asked.filter(each => each === 'POST /assets').length, before + 1)
  t.match(await state(connector), { there: 3, waiting: 0 })
})

const source = { type: 'HttpData', baseUrl: 'https://example.org/wind.csv' } as const
const wind = (title: string) => ({ id: 'wind', properties: { 'dct:title': title }, source })

/** A participant with one dataset that everybody may see. */
async function offering(t: Test, catalogue: Catalogue, dataProducts: Config['gaiaX']['dataProducts']) {
  const who = await member(t, catalogue)
  const connector = await who.start({ dataProducts })
  const { catalog, jobs } = connector
  await catalog.policies.create({ id: 'open', policy: { permission: [{ action: 'use' }] } as never })
  await catalog.publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  await catalog.datasets.create(wind('Wind'))
  await jobs.drained()
  return { who, connector, catalog, settle: () => jobs.drained() }
}

t.test('listed data products are in the catalogue as they are, and no longer than they are offered', async t => {
  const catalogue = await federatedCatalogue(t)
  const { catalog, settle } = await offering(t, catalogue, 'listed')
  const product = () => [...catalogue.assets.values()].find(({ id }) => id.includes('data-product'))
  t.match(read(product()?.jwt ?? '').payload, { credentialSubject: { 'gx:digitalServiceOfferingName': 'Wind' } })
  await catalog.datasets.replace(wind('Wind at sea'))
  await settle()
  t.match(read(product()?.jwt ?? '').payload, { credentialSubject: { 'gx:digitalServiceOfferingName': 'Wind at sea' } })
  await catalog.datasets.remove('wind')
  await settle()
  t.equal(product(), undefined)
})

t.test('data products of which only those learn who may see them are in no catalogue, nor stay there', async t => {
  const catalogue = await federatedCatalogue(t)
  const { who, connector } = await offering(t, catalogue, 'listed')
  t.equal(catalogue.assets.size, 4)
  await connector.stop()
  await who.start({ dataProducts: 'unlisted' })
  t.strictSame(typesIn(catalogue), ['gx:Issuer', 'gx:LegalPerson', 'gx:ServiceOffering'])
})
