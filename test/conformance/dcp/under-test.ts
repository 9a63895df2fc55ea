import { createHash } from 'node:crypto'
import { type Config, standardDcp } from '../../../src/config/index.ts'
import type { CredentialDefinition } from '../../../src/config/types.ts'
import { createConnector } from '../../../src/connector.ts'
import { testConfig } from '../../support/config.ts'
import { freePort } from '../../support/ports.ts'
import type { Role } from './kit/tests.ts'

/** A connector of our own with an embedded database, that the kit is let loose on in one role after the other. */
export interface UnderTest {
  /** What the kit is told for a role. */
  properties(role: Role): ReadonlyMap<string, string>
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const client = { id: 'kit', secret: 'a secret that is none' }

const definition = (type: string): CredentialDefinition => ({
  id: type,
  type,
  // The one profile that the kit asks for.
  profile: 'vc11-sl2021/jwt',
  validity: 3_600_000,
  approval: 'automatic',
  requires: {},
  claims: { foo: 'bar' },
  status: ['revocation'],
  schema: undefined,
})

/**
 * What the kit needs: its parties are trusted and entitled, their documents fetched by plain HTTP, their unsigned and short status lists
 * taken, keys without a stated purpose, too. It shows one thing after the other in the name of the same holder, so no presentation
 * counts twice.
 */
function configOf(port: number, kitPort: number, directory: string, level: Config['log']['level']): Config {
  const base = testConfig({ id: didOf(port) })
  return {
    ...base,
    protocol: { host: HOST, port, publicUrl: undefined },
    database: { ...base.database, url: undefined },
    directory,
    identity: {
      mode: 'dcp',
      participants: [],
      dcp: {
        ...standardDcp,
        trustedIssuers: [{ id: kitDid(kitPort, 'issuer'), types: [] }],
        reuse: 0,
        relationships: 'lenient',
        statusLists: 'lenient',
        plainHttp: [HOST],
        stsClients: [{ id: client.id, secret: createHash('sha256').update(client.secret).digest('hex') }],
      },
    },
    wallet: { ...base.wallet, excess: 'refuse' },
    issuer: {
      ...base.issuer,
      definitions: ['MembershipCredential', 'SensitiveDataCredential'].map(definition),
      holders: [{ id: kitDid(kitPort, 'holder'), attributes: {}, credentials: undefined }],
      formatNames: 'edc',
    },
    log: { level, format: 'json' },
  }
}

const didOf = (port: number): string => `did:web:${HOST}%3A${port}`

/** Whom the kit plays, by the name of the part. */
const kitDid = (port: number, part: Role): string => `${didOf(port)}:${part}`

/** Starts it in a folder. `log` gets its lines, if they are wanted. */
export async function startUnderTest(given: {
  directory: string
  log: ((line: string) => void) | undefined
}): Promise<UnderTest> {
  const { directory, log } = given
  const [port, kitPort] = [await freePort(), await freePort()]
  const config = configOf(port, kitPort, directory, log ? 'debug' : 'silent')
  const connector = await createConnector(config, log && { log: { write: log } })
  const { management } = await connector.start().catch(async error => {
    await connector.stop()
    throw error
  })
  const did = didOf(port)
  const ofRole: Readonly<Record<Role, readonly (readonly [string, string])[]>> = {
    holder: [
      ['dataspacetck.did.holder', did],
      ['dataspacetck.sts.url', `${management}/sts`],
      ['dataspacetck.sts.client.id', client.id],
      ['dataspacetck.sts.client.secret', client.secret],
    ],
    verifier: [
      ['dataspacetck.did.verifier', did],
      ['dataspacetck.vpp.trigger.endpoint', `${connector.protocolUrl()}/catalog/request`],
    ],
    issuer: [['dataspacetck.did.issuer', did]],
  }
  return {
    properties: role =>
      new Map([
        ['dataspacetck.host', HOST],
        ['dataspacetck.port', String(kitPort)],
        ['dataspacetck.callback.address', `http://${HOST}:${kitPort}`],
        ['dataspacetck.credentials.correlation.id', 'a-request-of-the-kit'],
        ...ofRole[role],
      ]),
    stop: connector.stop,
  }
}
