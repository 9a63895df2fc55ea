import { type Config, hashToken, Secret, standardConfig } from '../../src/config/index.ts'

/** Somebody a test connector knows: the token it presents to us, and what we present to it. */
export interface Acquaintance {
  readonly id: string
  readonly token: string
  readonly presents?: string
  readonly scheme?: 'bearer' | 'none'
  readonly groups?: readonly string[]
}

/** A configuration for a connector on this machine: free ports, a database by URL, silent. `changes` replace whole groups. */
export function testConfig(
  given: { id: string; database?: string; knows?: readonly Acquaintance[] },
  changes: Partial<Config> = {},
): Config {
  const listener = { host: '127.0.0.1', port: 0 }
  const participants = (given.knows ?? []).map(
    ({ id, token, presents = 'nothing', scheme = 'bearer', groups = [] }) => ({
      id,
      accepts: hashToken(token),
      presents: new Secret(presents),
      scheme,
      groups,
    }),
  )
  const standard = standardConfig(given.id)
  return {
    ...standard,
    protocol: { ...standard.protocol, ...listener },
    management: { ...standard.management, ...listener, apiKey: new Secret('a key for the tests') },
    data: { ...standard.data, ...listener },
    database: { connections: 8, url: given.database === undefined ? undefined : new Secret(given.database) },
    directory: '/nowhere',
    identity: { ...standard.identity, participants },
    keys: { ...standard.keys, secret: new Secret('a secret for the keys of tests') },
    network: { ...standard.network, allow: ['127.0.0.0/8'] },
    retention: { ...standard.retention, legalMinimum: 0 },
    delivery: { giveUpAfter: 60_000 },
    limits: { ...standard.limits, managementRequests: 1_000_000, managementFailures: 1_000_000 },
    log: { level: 'silent', format: 'json' },
    ...changes,
  }
}
