import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Config, Secret } from '../../src/config/index.ts'
import { type Connector, createConnector, type Surroundings } from '../../src/connector.ts'
import { decodeCompact } from '../../src/keys/index.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { freePort } from '../support/ports.ts'
import { type Authority, ecKey } from './authority.ts'

const document = { url: 'https://example.org/terms', sha256: 'a'.repeat(64) }

/** What a participant says of itself in these tests. */
export const company: Partial<Config['gaiaX']> = {
  mode: 'on',
  legalName: 'Kogge & Sons',
  legalAddress: {
    countryCode: 'DE',
    countryName: undefined,
    streetAddress: 'Mengstraße 4',
    postalCode: '23552',
    locality: 'Lübeck',
    region: undefined,
  },
  registrationNumbers: [{ kind: 'vat-id', value: 'DE123456789', countryCode: 'DE' }],
  consent: {
    by: 'Anna Kogge',
    at: '2026-01-01T00:00:00Z',
    version: '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3',
  },
  serviceTerms: document,
}

/** A folder of its own for the files of a test. */
function filesOf(t: Test): (name: string, text: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-gaiax-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return (name, text) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
}

/** A participant with a certificate, who is started when asked: again and again, with the same database. */
export async function participant(
  t: Test,
  authority: Pick<Authority, 'root' | 'chain'>,
  changes: Partial<Config['gaiaX']> = {},
  more: Partial<Config> = {},
) {
  const [port, database] = [await freePort(), await testDatabaseUrl(t)]
  const file = filesOf(t)
  const did = `did:web:localhost%3A${port}`
  const base = testConfig({ id: did, database })
  const certified = async (name = 'first') => {
    const { pem, publicKey } = ecKey()
    return { key: new Secret(pem), certificates: file(`${name}.pem`, await authority.chain(publicKey)) }
  }
  const config: Config = {
    ...base,
    protocol: { host: '127.0.0.1', port, publicUrl: `http://localhost:${port}` },
    network: { ...base.network, allow: ['127.0.0.0/8', 'localhost'] },
    identity: {
      ...base.identity,
      mode: 'dcp',
      dcp: { ...base.identity.dcp, plainHttp: ['localhost', '127.0.0.1'], required: [], scopes: [] },
    },
    gaiaX: {
      ...base.gaiaX,
      ...company,
      ...(await certified()),
      trustAnchors: file('anchors.pem', authority.root),
      ...changes,
    },
    ...more,
  }
  const start = async (other: Partial<Config['gaiaX']> = {}, surroundings: Surroundings = {}): Promise<Connector> => {
    const connector = await createConnector({ ...config, gaiaX: { ...config.gaiaX, ...other } }, surroundings)
    t.teardown(() => connector.stop())
    await connector.start()
    await connector.jobs.drained()
    return connector
  }
  return { did, url: `http://localhost:${port}`, config, start, certified, file }
}

/** What a token says. */
export const read = (jwt: string) => decodeCompact(jwt)
