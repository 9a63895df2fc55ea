import type { Test } from 'tap'
import type { Config } from '../../src/config/index.ts'
import { type Connector, createConnector } from '../../src/connector.ts'
import { testConfig } from './config.ts'
import { testDatabaseUrl } from './database.ts'
import { freePort } from './ports.ts'

const didOf = (port: number) => `did:web:localhost%3A${port}`

/** A connector that is known by its DID, on this machine; a call starts it, as often as is wanted. */
async function participant(
  t: Test,
  port: number,
  issuers: readonly string[],
  issuer: Partial<Config['issuer']> = {},
  role: Config['role'] = 'all',
) {
  const base = testConfig({ id: didOf(port), database: await testDatabaseUrl(t) })
  const dcp = {
    ...base.identity.dcp,
    plainHttp: ['localhost'],
    statusTime: 1,
    trustedIssuers: issuers.map(id => ({ id, types: [] })),
  }
  const config: Config = {
    ...base,
    role,
    protocol: { host: '127.0.0.1', port, publicUrl: `http://localhost:${port}` },
    network: { ...base.network, allow: ['127.0.0.0/8', 'localhost'] },
    identity: { ...base.identity, mode: 'dcp', dcp },
    issuer: { ...base.issuer, ...issuer },
  }
  return async (): Promise<Connector> => {
    const connector = await createConnector(config)
    t.teardown(() => connector.stop())
    await connector.start()
    return connector
  }
}

const definition = {
  id: 'membership',
  type: 'MembershipCredential',
  profile: 'vc20-bssl/jwt',
  validity: 86_400_000,
  approval: 'automatic',
  requires: {},
  claims: { memberOf: 'Hansa', city: { attribute: 'city' } },
  status: ['revocation'],
  schema: undefined,
} as const

/** An authority that issues memberships to one member. */
export async function league(
  t: Test,
  changes: Partial<typeof definition> | { approval: 'person' } = {},
  role: Config['role'] = 'all',
) {
  const [authorityPort, memberPort] = [await freePort(), await freePort()]
  const holders = [{ id: didOf(memberPort), attributes: { city: 'Lübeck' }, credentials: undefined }]
  const startAuthority = await participant(
    t,
    authorityPort,
    [],
    {
      definitions: [{ ...definition, ...changes }],
      holders,
    },
    role,
  )
  const startMember = await participant(t, memberPort, [didOf(authorityPort)])
  return { startAuthority, startMember, authority: didOf(authorityPort), member: didOf(memberPort) }
}

/** Lets both do what is due. */
export async function settle(...connectors: readonly Connector[]): Promise<void> {
  const due = () => Promise.all(connectors.map(({ db }) => db.query('select from job where due <= now()')))
  do await Promise.all(connectors.map(({ jobs }) => jobs.drained()))
  while ((await due()).some(rows => rows.length > 0))
}
