import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createValidation } from '../../src/gaiax/validate.ts'
import { createJsonLd, type JsonObject } from '../../src/jsonld/index.ts'
import { certificateAuthority } from './authority.ts'
import { follow } from './clearing.ts'
import { participant, read } from './world.ts'

const authority = await certificateAuthority()

const terms = { permission: [{ action: 'use' }] }
const source = { type: 'HttpData', baseUrl: 'https://example.org/wind.csv' } as const

/** The shapes of an operator who wants every data product to have keywords. */
const keywordsAsked = `
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix gx: <https://w3id.org/gaia-x/development#> .
gx:DataProductShape a sh:NodeShape ;
  sh:targetClass gx:DataProduct ;
  sh:property [ sh:path gx:keyword ; sh:minCount 1 ] .
`

async function provider(t: Test, changes: Parameters<typeof participant>[2] = {}, lines: string[] = []) {
  const world = await participant(t, authority, changes, { log: { level: 'info', format: 'json' } })
  const connector = await world.start({}, { log: { write: line => void lines.push(line) } })
  const { catalog, jobs } = connector
  await catalog.policies.create({ id: 'open', policy: terms as never })
  await catalog.publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  const asker = { id: 'did:web:consumer.example', claims: {} }
  const dataset = async (id: string) => JSON.parse((await catalog.dataset(asker, id)) ?? 'null')
  const urlOf = async (id: string): Promise<string> =>
    (await dataset(id))['http://www.w3.org/2000/01/rdf-schema#seeAlso']?.['@id']
  return { ...world, connector, catalog, settle: () => jobs.drained(), dataset, urlOf, asker }
}

const wind = (title: string) => ({ id: 'wind', properties: { 'dct:title': title }, source })

t.test('a published dataset is described by a data product, to which the catalogue links', async t => {
  const { catalog, settle, dataset, urlOf, did, url, config, asker } = await provider(t)
  await catalog.datasets.create(wind('Wind power'))
  await settle()
  const address = await urlOf('wind')
  t.match(address, new RegExp(`^${url}/gaia-x/credentials/data-product-[\\da-f-]{36}$`))
  const { payload } = read(await (await fetch(address)).text())
  t.match(payload, {
    id: address,
    type: ['VerifiableCredential', 'gx:DataProduct'],
    issuer: did,
    credentialSubject: {
      'gx:digitalServiceOfferingName': 'Wind power',
      'gx:digitalServiceOfferingIdentifier': 'wind',
      'gx:digitalServiceOfferingProvider': { id: `${url}/gaia-x/credentials/legal-person#cs` },
      'gx:dataProductDescription': { 'dcat:Dataset': `${url}/dsp/2025-1/catalog/datasets/wind` },
    },
  })

  const person = read(await (await fetch(`${url}/gaia-x/credentials/legal-person`)).text()).payload
  const validation = createValidation(createJsonLd(), config.gaiaX)
  t.teardown(() => validation.close())
  t.strictSame(await validation.validate([payload, person]), [])

  t.match(await dataset('wind'), { '@type': 'Dataset', hasPolicy: [Object], distribution: [Object, Object] })
  let text = ''
  for await (const piece of (await catalog.page(asker, {})).pieces) text += piece
  t.ok(text.includes(address), 'the page of the catalogue has the link, too')
})

t.test('it changes with the dataset, at the same address, and what it said before is revoked', async t => {
  const { catalog, settle, urlOf, connector } = await provider(t)
  await catalog.datasets.create(wind('Wind'))
  await settle()
  const address = await urlOf('wind')
  const before = read(await (await fetch(address)).text()).payload
  await catalog.datasets.replace(wind('Wind power of 2026'))
  await settle()
  t.equal(await urlOf('wind'), address)
  const after = read(await (await fetch(address)).text()).payload
  t.match(after.credentialSubject, { 'gx:digitalServiceOfferingName': 'Wind power of 2026' })
  const place = ({ credentialStatus }: JsonObject) => Number((credentialStatus as JsonObject).statusListIndex)
  t.not(place(after), place(before))
  const [{ bits } = { bits: Buffer.alloc(0) }] = await connector.db.query<{ bits: Buffer }>(
    'select bits from status_list',
  )
  const isSet = (index: number) => (((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1
  t.same([isSet(place(before)), isSet(place(after))], [true, false])
})

t.test('it is withdrawn with the publication, and with the dataset', async t => {
  const { catalog, settle, urlOf } = await provider(t)
  await catalog.datasets.create(wind('Wind'))
  await catalog.datasets.create({ ...wind('Sun'), id: 'sun' })
  await settle()
  const [first, second] = [await urlOf('wind'), await urlOf('sun')]
  await catalog.datasets.remove('wind')
  await settle()
  t.same([(await fetch(first)).status, (await fetch(second)).status], [410, 200])
  await catalog.publications.remove('all')
  await settle()
  t.equal((await fetch(second)).status, 410)
})

t.test('what was asked for and not done yet is done after a restart', async t => {
  const { catalog, connector, start, url } = await provider(t)
  await connector.jobs.stop()
  await catalog.datasets.create(wind('Wind'))
  await connector.stop()
  const again = await start()
  const [product] = (await again.gaiaX?.credentials())?.filter(({ type }) => type === 'DataProduct') ?? []
  t.match(product, { about: 'wind', state: 'active' })
  t.ok(product?.id.startsWith(url))
})

t.test('strangers learn nothing of a dataset unless the operator lists it', async t => {
  for (const dataProducts of ['unlisted', 'listed', 'none'] as const) {
    const { catalog, settle, url } = await provider(t, { dataProducts })
    await catalog.datasets.create(wind('Wind'))
    await settle()
    const { verifiableCredential } = read(await (await fetch(`${url}/gaia-x/self-description`)).text()).payload
    const types = (verifiableCredential as { id: string }[]).map(({ id }) => read(id.replace(/^.*?,/, '')).payload.type)
    t.equal(
      types.some(type => JSON.stringify(type).includes('DataProduct')),
      dataProducts === 'listed',
      dataProducts,
    )
  }
})

t.test(
  'what breaks a rule of the shapes is told and not signed; the other datasets are described all the same',
  async t => {
    const shapes = join(t.testdir({ 'shapes.ttl': keywordsAsked }), 'shapes.ttl')
    const lines: string[] = []
    const { catalog, settle, url, connector } = await provider(t, { shapes, dataProducts: 'listed' }, lines)
    const keyword = (id: string, properties: object) => ({
      ...wind('Wind'),
      id,
      properties: { 'dct:title': id, ...properties },
    })
    await catalog.datasets.create(keyword('without', {}))
    await catalog.datasets.create(keyword('with', { 'dcat:keyword': 'wind' }))
    await settle()
    const described = async () => {
      const { verifiableCredential } = read(await (await fetch(`${url}/gaia-x/self-description`)).text()).payload
      const payloads = (verifiableCredential as { id: string }[]).map(({ id }) => read(id.replace(/^.*?,/, '')).payload)
      return payloads.flatMap(
        ({ credentialSubject }) => (credentialSubject as JsonObject)['gx:digitalServiceOfferingIdentifier'] ?? [],
      )
    }
    t.same(await described(), ['with'])
    t.match(lines.join(), /The dataset without is not described: gx:keyword is missing/)

    await catalog.datasets.replace(keyword('with', {}))
    await settle()
    t.same(await described(), ['with'], 'what was said before stays')
    await catalog.datasets.replace(keyword('without', { 'dcat:keyword': 'sun' }))
    await settle()
    t.same((await described()).toSorted(), ['with', 'without'])

    const told = await (await follow(t, connector)).until(3)
    t.match(
      told,
      ['without undescribed', 'with undescribed', 'without described'].map(each => {
        const [subject, what] = each.split(' ')
        return { subject, type: `dev.kontor.gaia-x.${what}` }
      }),
      'each is told once, when it becomes so',
    )
  },
)

t.test('two jobs that describe a dataset at the same time describe it as one data product', async t => {
  const { catalog, settle, connector } = await provider(t)
  await Promise.all(
    Array.from({ length: 12 }, (_, at) => catalog.datasets.create({ ...wind('Wind'), id: `wind-${at}` })),
  )
  await catalog.publications.create({ id: 'again', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  await settle()
  const [row] = await connector.db.query<{ products: number; datasets: number }>(
    `select count(distinct id)::int as products, count(distinct about)::int as datasets from gaiax_credential where type = 'DataProduct'`,
  )
  t.strictSame(row, { products: 12, datasets: 12 })
})
