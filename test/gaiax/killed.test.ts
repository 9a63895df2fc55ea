import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { SignedAgreement } from '../../src/gaiax/index.ts'
import type { JsonObject } from '../../src/jsonld/index.ts'
import { clearingHouse } from '../support/clearing-house.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { addDataset, findOffer, negotiate, offerAll } from '../support/operator.ts'
import { freePort } from '../support/ports.ts'
import { acquaintances, type ConnectorProcess, connectorProcess } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'
import { both } from './agree.ts'
import { ecKey } from './authority.ts'
import { goBetween } from './clearing.ts'
import { company, read } from './world.ts'

/*
 * What is said in a Gaia-X ecosystem by connectors in processes of their own, each of which is killed, without warning, while it has something
 * to sign, to ask for, to bring or to revoke.
 */
const house = await clearingHouse(t)
const between = await goBetween(t, house)
const directory = t.testdir({ 'anchors.pem': house.anchor, 'wind.csv': 'hour,mwh\n0,17\n' })
const program = await builtProgram()

/** Somebody with a folder and a database; `certified` is its process with a key of its own, another each time. */
async function participant(name: string) {
  const [protocol, management, data] = [await freePort(), await freePort(), await freePort()]
  const [did, database] = [`did:web:localhost%3A${protocol}`, await testDatabaseUrl(t)]
  const url = `http://localhost:${protocol}`
  const { legalName, legalAddress, consent, serviceTerms } = company
  const settings = {
    database: { url: database, connections: 8 },
    keys: { passphrase: 'known again after a crash' },
    network: { allow: ['127.0.0.1', 'localhost'] },
    protocol: { publicUrl: url },
    identity: { mode: 'dcp', dcp: { plainHttp: ['localhost', '127.0.0.1'], required: [], scopes: [] } },
    gaiaX: {
      ...{ mode: 'on', legalName, legalAddress, consent, serviceTerms },
      registrationNumbers: [{ kind: 'vat-id', value: 'DE900000006', countryCode: 'DE' }],
      dataProducts: 'listed',
      trustAnchors: join(directory, 'anchors.pem'),
      notary: between.urls.notary,
      compliance: between.urls.compliance,
      trustedIssuers: [
        { id: house.dids.notary, types: ['VatID'] },
        { id: house.dids.compliance, types: ['LabelCredential'] },
      ],
    },
  }
  async function certified(): Promise<ConnectorProcess> {
    const { publicKey, pem: key } = ecKey()
    const certificates = join(directory, `${name}-${Date.now()}.pem`)
    const order = { publicKey: publicKey.export({ format: 'jwk' }), hosts: ['localhost', '127.0.0.1'] }
    writeFileSync(certificates, await house.certify(order))
    const gaiaX = JSON.parse(JSON.stringify({ ...settings.gaiaX, key, certificates }))
    const connector = await connectorProcess(did, join(directory, name), acquaintances([did]), {
      files: directory,
      settings: { ...settings, gaiaX },
      ports: [protocol, management, data],
      log: 'file',
      program: [program],
    })
    t.teardown(() => connector.stop())
    return connector
  }
  return { did, url, certified }
}

/** Dies and comes back. */
async function crash(connector: ConnectorProcess): Promise<void> {
  await connector.kill()
  await connector.start()
}

interface Shown {
  readonly level: string | null
  readonly credentials: readonly {
    readonly id: string
    readonly type: string
    readonly version: number
    readonly about: string | null
  }[]
}

/** Asks until it is so; what never becomes so runs into the test's time limit. */
async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask()
    if (holds(value)) return value
    await sleep(20)
  }
}

const state = (of: ConnectorProcess) => async () => (await of.persist('GET', '/management/v1/gaia-x')) as Shown
const labelled = ({ level }: Shown): boolean => level === 'SC'
const tokenAt = async (url: string): Promise<string> => (await fetch(url)).text()

const provider = await participant('provider')
const consumer = await participant('consumer')
let ours = await provider.certified()
const theirs = await consumer.certified()

t.test('killed while a clearing house judges it, a participant is labelled all the same, once', async t => {
  const judging = new Promise<void>(resolve => {
    between.own.set('credential-offers', () => resolve())
  })
  await ours.start()
  await judging
  await ours.kill()
  between.own.clear()
  await ours.start()
  const { credentials } = await until(state(ours), labelled)
  t.strictSame(credentials.map(({ type, version }) => `${type} ${version}`).toSorted(), [
    'Issuer 1',
    'LabelCredential 1',
    'LegalPerson 1',
    'ServiceOffering 1',
    'VatID 1',
  ])
})

/** Whether the status of a credential says that it is revoked. */
async function isRevoked(token: string): Promise<boolean> {
  const place = read(token).payload.credentialStatus as Record<string, string>
  const { encodedList } = read(await tokenAt(String(place.statusListCredential))).payload.credentialSubject as Record<
    string,
    string
  >
  const bits = gunzipSync(Buffer.from(String(encodedList).slice(1), 'base64url'))
  const index = Number(place.statusListIndex)
  return (((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1
}

const named = (title: string) => ({ 'http://purl.org/dc/terms/title': title })
const nameIn = (token: string) => (read(token).payload.credentialSubject as JsonObject)['gx:digitalServiceOfferingName']

t.test('killed right after a dataset was added, changed, removed, it says so when it is back', async t => {
  await offerAll(ours)
  const source = { type: 'File', path: 'wind.csv' }
  await addDataset(ours, 'wind', source, named('Wind'))
  await crash(ours)
  const product = ({ credentials }: Shown) => credentials.find(({ about }) => about === 'wind')
  const url = product(await until(state(ours), shown => product(shown) !== undefined))?.id ?? ''
  const before = await tokenAt(url)
  t.equal(nameIn(before), 'Wind')

  const context = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
  await ours.api('PUT', '/management/v3/assets', {
    ...context,
    '@id': 'wind',
    properties: named('Wind of 2026'),
    dataAddress: source,
  })
  await crash(ours)
  const after = await until(
    () => tokenAt(url),
    token => nameIn(token) === 'Wind of 2026',
  )
  t.strictSame([await isRevoked(before), await isRevoked(after)], [true, false])
  t.equal(product(await state(ours)())?.version, 2)

  await ours.api('DELETE', '/management/v3/assets/wind')
  await crash(ours)
  await until(
    async () => (await fetch(url)).status,
    status => status === 410,
  )
  t.ok(await isRevoked(after))
})

t.test('killed while everything is signed anew by a new key, it is so when it is back, and says the same', async t => {
  const urls = (await state(ours)()).credentials.filter(({ type }) => !/Label|Vat/.test(type)).map(({ id }) => id)
  const before = await Promise.all(urls.map(tokenAt))
  await ours.stop()
  ours = await provider.certified()
  await ours.start()
  await crash(ours)
  for (const [at, url] of urls.entries()) {
    const former = before[at] ?? ''
    const token = await until(
      () => tokenAt(url),
      token => read(token).header.kid !== read(former).header.kid,
    )
    t.strictSame(read(token).payload, read(former).payload)
    t.notOk(await isRevoked(token))
  }
  t.match(await state(ours)(), { level: 'SC' }, 'the label stays')
  t.equal((await state(ours)()).credentials.find(({ type }) => type === 'LabelCredential')?.version, 1)
})

t.test('killed right after a contract was made, both sides sign it, and hold both signatures', async t => {
  await theirs.start()
  await addDataset(ours, 'sun', { type: 'File', path: 'wind.csv' }, named('Sun'))
  const id = await negotiate(theirs, ours, await findOffer(theirs, ours, 'sun'))
  const negotiation = async () =>
    (await theirs.persist('GET', `/management/v1/negotiations/${id}`)) as {
      state: string
      agreement?: { '@id': string }
    }
  const { agreement } = await until(negotiation, ({ state }) => state === 'FINALIZED' || state === 'TERMINATED')
  await Promise.all([crash(ours), crash(theirs)])
  const path = `/management/v1/gaia-x/agreements/${encodeURIComponent(agreement?.['@id'] ?? '')}`
  // Until the provider has booked that its finalisation has arrived, it has no agreement to show.
  const signed = (of: ConnectorProcess) => async () =>
    (await of.persist('GET', path).catch((error: { status?: number }) => {
      if (error.status !== 404) throw error
      return { own: null, peer: null }
    })) as SignedAgreement
  const [one, other] = [await until(signed(ours), both), await until(signed(theirs), both)]
  t.equal(one.own?.credential, other.peer?.credential)
  t.equal(other.own?.credential, one.peer?.credential)
  t.strictSame([one.own?.problem, one.peer?.problem, other.own?.problem, other.peer?.problem], [null, null, null, null])
})
