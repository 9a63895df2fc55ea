import { X509Certificate } from 'node:crypto'
import t from 'tap'
import type { ClearingHouse } from '../../src/clearing-house/index.ts'
import { askForLabel, clearingHouse, verdictOf } from '../support/clearing-house.ts'
import { gaiaXParticipant, payloadOf } from '../support/gaia-x-participant.ts'

const numbersOf = (house: ClearingHouse, path: string, query: Record<string, string>) =>
  fetch(`${house.urls.notary}/v2/registration-numbers/${path}?${new URLSearchParams(query)}`)

const id = 'https://somebody.example/lrn.json'

// biome-ignore format: a table is read by its columns
const attested = [
  [ 'vat-id/DE900000006',                    'gx:VatID',                { 'gx:vatID': 'DE900000006', 'gx:countryCode': 'DE' }              ],
  [ 'lei-code/LAB000KONTORTALSTR33',         'gx:LeiCode',              { 'schema:leiCode': 'LAB000KONTORTALSTR33', 'gx:countryCode': 'AT' } ],
  [ 'eori/DE900000060000',                   'gx:EORI',                 { 'gx:eori': 'DE900000060000' }                                   ],
  [ 'tax-id/LAB-0900000006',                 'gx:TaxID',                { 'schema:taxID': 'LAB-0900000006' }                              ],
  [ 'country-company-number/LAB-HRB-900006', 'gx:CountryCompanyNumber', { 'gx:countryCompanyNumber': 'LAB-HRB-900006', 'gx:countryCode': 'DE' } ],
] as const

for (const [path, type, subject] of attested)
  t.test(`the notary attests ${path}`, async t => {
    const house = await clearingHouse(t, { now: () => new Date('2026-06-01T00:00:00Z') })
    const response = await numbersOf(house, path, { vcId: id })
    t.equal(response.status, 200)
    t.equal(response.headers.get('content-type'), 'application/vc+jwt')
    t.match(payloadOf(await response.text()), {
      id,
      type: ['VerifiableCredential', type],
      issuer: house.dids.notary,
      validUntil: '2026-08-30T00:00:00.000Z',
      evidence: { 'gx:executionDate': '2026-06-01T00:00:00.000Z' },
      credentialSubject: { id: `${id}#cs`, type, ...subject },
    })
  })

t.test('the subject of an attestation may be a DID', async t => {
  const house = await clearingHouse(t)
  const response = await numbersOf(house, 'vat-id/DE900000006', { vcId: id, subjectId: 'did:web:somebody.example' })
  t.match(payloadOf(await response.text()), { credentialSubject: { id: 'did:web:somebody.example' } })
})

// biome-ignore format: a table is read by its columns
const refused = [
  [ 'without an id',              'vat-id/DE900000006', {},                             400, 'vcId'                ],
  [ 'with an id that is no URL',  'vat-id/DE900000006', { vcId: 'lrn' },                400, 'vcId'                ],
  [ 'about its own document',     'vat-id/DE900000006', { vcId: id, subjectId: id },    400, 'subjectId'           ],
  [ 'of a number nobody has',     'vat-id/DE900000007', { vcId: id },                   404, 'registration number' ],
  [ 'of a number of another kind', 'eori/DE900000006',  { vcId: id },                   404, 'registration number' ],
  [ 'of a kind there is not',     'euid/DE900000006',   { vcId: id },                   404, 'register'            ],
  [ 'of a badly encoded number',  'vat-id/%E0%A4%A',    { vcId: id },                   400, 'path'                ],
] as const

for (const [name, path, query, status, rule] of refused)
  t.test(`the notary attests nothing ${name}`, async t => {
    const house = await clearingHouse(t)
    t.match(await verdictOf(await numbersOf(house, path, query)), { status, rules: [rule] })
  })

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

t.test('the registry judges chains, as text and by their address', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const [byText, byFile] = [
    `${house.urls.registry}/v2/api/trustAnchor/chain`,
    `${house.urls.registry}/v2/api/trustAnchor/chain/file`,
  ]
  t.strictSame(await (await post(byText, { certs: who.chain })).json(), { result: true })
  t.strictSame(await (await post(byFile, { uri: `${who.base}/chain.pem` })).json(), { result: true })
  const plain = await house.certify({ publicKey: who.publicKey, hosts: ['127.0.0.1'], extended: false })
  t.match(await verdictOf(await post(byText, { certs: plain })), { status: 409, message: /2\.23\.140\.1\.1/ })
  const foreign = await (await clearingHouse(t)).certify({ publicKey: who.publicKey, hosts: ['127.0.0.1'] })
  t.match(await verdictOf(await post(byText, { certs: foreign })), { status: 409, message: /trust anchors/ })
  t.match(await verdictOf(await post(byText, {})), { status: 409 })
  t.match(await verdictOf(await post(byFile, { uri: 'http://169.254.169.254/latest' })), {
    status: 400,
    rules: ['x5u'],
  })
  t.match(await verdictOf(await post(byFile, { uri: 7 })), { status: 400, rules: ['uri'] })
  t.match(await verdictOf(await post(byFile, 'nonsense')), { status: 400, rules: ['JSON'] })
})

t.test('the registry tells whom it trusts, and by which certificates', async t => {
  const house = await clearingHouse(t)
  const get = async (path: string) => (await fetch(`${house.urls.registry}/v2/${path}`)).json()
  t.strictSame(await get('api/trusted-issuers/notary'), [house.dids.notary])
  t.strictSame(await get('api/trusted-issuers/compliance'), [house.dids.compliance])
  t.match(await get('api/trusted-issuers/anybody'), { statusCode: 404 })
  t.strictSame(await get('configurations/credentials'), { evsslonly: true })
})

t.test('where any certificate will do, one without extended validation does', async t => {
  const house = await clearingHouse(t, { evOnly: false })
  const who = await gaiaXParticipant(t, house, { extended: false })
  const response = await post(`${house.urls.registry}/v2/api/trustAnchor/chain`, { certs: who.chain })
  t.equal(response.status, 200)
})

t.test('the authority certifies keys, and lists what it took back', async t => {
  const house = await clearingHouse(t)
  const { publicKey } = await gaiaXParticipant(t, house)
  const response = await post(`${house.urls.authority}/certificates`, { publicKey, hosts: ['somebody.example'] })
  t.equal(response.status, 201)
  const leaf = new X509Certificate(await response.text())
  t.ok(leaf.checkHost('somebody.example'))
  t.equal(await (await fetch(`${house.urls.authority}/root.pem`)).text(), house.anchor)
  t.match(await (await fetch(`${house.urls.authority}/revocations.pem`)).text(), /BEGIN (?:X509 )?CRL/)
  t.match(
    await verdictOf(await post(`${house.urls.authority}/certificates`, { publicKey: { kty: 'EC' }, hosts: ['x'] })),
    { status: 400 },
  )
  t.match(await verdictOf(await post(`${house.urls.authority}/certificates`, { publicKey, hosts: [] })), {
    status: 400,
  })
})

async function labelled(house: ClearingHouse, who: Awaited<ReturnType<typeof gaiaXParticipant>>): Promise<string> {
  const credentials = [
    who.vc(who.credential('lp', who.person())),
    await who.number(),
    who.vc(who.credential('tc', who.terms())),
  ]
  return (await askForLabel(house, who.present(credentials), { id: who.labelId })).text
}

t.test('labels are made known as events, latest first, page by page', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const data = await labelled(house, who)
  const board = `${house.urls.events}/v2/credentials-events`
  const event = { specversion: '1.0', type: 'eu.gaia-x.credential', datacontenttype: 'application/vc+jwt', data }
  for (const source of ['did:web:a', 'did:web:b', 'did:web:c'])
    t.equal((await post(board, { ...event, source, time: '2026-11-26T00:00:00Z' })).status, 201)
  const page = async (query: string) =>
    ((await (await fetch(`${board}?${query}`)).json()) as { source: string }[]).map(({ source }) => source)
  t.strictSame(await page(''), ['did:web:c', 'did:web:b', 'did:web:a'])
  t.strictSame(await page('page=1&size=2'), ['did:web:a'])
  t.strictSame(await page('type=eu.gaia-x.credential&size=1'), ['did:web:c'])
  t.strictSame(await page('type=other'), [])
  t.match(await verdictOf(await fetch(`${board}?size=1000`)), { status: 400, rules: ['paging'] })
})

t.test('only labels of a trusted clearing house are made known', async t => {
  const [house, other] = [await clearingHouse(t), await clearingHouse(t)]
  const who = await gaiaXParticipant(t, house)
  const stranger = await gaiaXParticipant(t, other)
  const board = `${house.urls.events}/v2/credentials-events`
  const event = { specversion: '1.0', type: 'eu.gaia-x.credential', source: who.did }
  // biome-ignore format: a table is read by its columns
  const wrong = [
    [ { ...event, specversion: '0.3', data: await labelled(house, who) },  400, 'CloudEvents'       ],
    [ { ...event, type: 'other', data: await labelled(house, who) },       400, 'CloudEvents'       ],
    [ { ...event, source: '', data: await labelled(house, who) },          400, 'CloudEvents'       ],
    [ { ...event, time: 'today', data: await labelled(house, who) },       400, 'CloudEvents'       ],
    [ { ...event, data: { a: 'label' } },                                  400, 'CloudEvents'       ],
    [ { ...event, data: 'nonsense' },                                      400, 'JWS'               ],
    [ { ...event, data: await labelled(other, stranger) },                 409, 'certificate chain' ],
    [ { ...event, data: await who.number() },                              409, 'label'             ],
  ] as const
  for (const [body, status, rule] of wrong) t.match(await verdictOf(await post(board, body)), { status, rules: [rule] })
  t.strictSame(await (await fetch(board)).json(), [])
})

t.test('events are kept for a year', async t => {
  let now = new Date()
  const house = await clearingHouse(t, { now: () => now, days: 3_000 })
  const who = await gaiaXParticipant(t, house, { notAfter: new Date('2036-01-01T00:00:00Z') })
  const board = `${house.urls.events}/v2/credentials-events`
  const event = { specversion: '1.0', type: 'eu.gaia-x.credential', data: await labelled(house, who) }
  t.equal((await post(board, { ...event, source: 'did:web:first' })).status, 201)
  now = new Date(now.getTime() + 364 * 86_400_000)
  t.equal((await post(board, { ...event, source: 'did:web:second' })).status, 201)
  now = new Date(now.getTime() + 2 * 86_400_000)
  t.match(await (await fetch(board)).json(), [{ source: 'did:web:second' }])
})

t.test('other doors are closed', async t => {
  const house = await clearingHouse(t)
  t.match(await verdictOf(await fetch(`${house.urls.notary}/v1`)), { status: 404 })
  t.match(await verdictOf(await fetch(`${house.urls.compliance}/v2/api/credential-offers/standard-compliance`)), {
    status: 405,
  })
})
