import { type Config, hashToken, Secret, standardDcp, standardGaiaX, standardOidc } from '../../src/config/index.ts'

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
  return {
    participant: { id: given.id },
    role: 'all',
    protocol: { ...listener, publicUrl: undefined },
    management: { ...listener, apiKey: new Secret('a key for the tests'), allowOrigins: [], oidc: standardOidc },
    data: { ...listener, publicUrl: undefined, allowOrigins: [], tokenLifetime: 600_000, files: undefined },
    database: { url: given.database === undefined ? undefined : new Secret(given.database), connections: 8 },
    directory: '/nowhere',
    identity: { mode: 'tokens', participants, dcp: standardDcp },
    keys: {
      passphrase: undefined,
      secret: new Secret('a secret for the keys of tests'),
      keeper: 'database',
      algorithm: 'ES256',
    },
    kms: { url: undefined, region: 'us-east-1', accessKey: undefined, secretKey: undefined, wrappingKey: undefined },
    vault: { url: undefined, token: undefined, mount: 'transit' },
    wallet: { offers: 'ask', renewBefore: 604_800_000, excess: 'leave-out' },
    issuer: { definitions: [], holders: [], statusValidity: 900_000, formatNames: 'dcp' },
    negotiation: { counterOffers: 'ask', webhook: undefined, deciders: [] },
    network: { allow: ['127.0.0.0/8'], timeout: 10_000 },
    delivery: { giveUpAfter: 60_000 },
    retention: {
      processes: undefined,
      agreements: undefined,
      legalMinimum: 0,
      archive: undefined,
      audit: undefined,
      credentials: 31_536_000_000,
      idempotency: 86_400_000,
    },
    federation: { peers: [], participants: 'listed', every: 3_600_000, mostDatasets: 10_000 },
    events: { keep: 604_800_000, webhookPatience: 432_000_000 },
    limits: {
      openNegotiations: 1_000,
      openTransfers: 10_000,
      requestsAtOnce: 12,
      eventStreams: 100,
      managementRequests: 1_000_000,
      managementFailures: 1_000_000,
      connections: 4_096,
    },
    contexts: { directory: undefined },
    gaiaX: standardGaiaX,
    log: { level: 'silent', format: 'json' },
    ...changes,
  }
}
