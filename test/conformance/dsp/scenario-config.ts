import { KIT_PARTICIPANT } from '../../../src/cli/conformance/kit.ts'
import { type Config, hashToken, Secret } from '../../../src/config/index.ts'

/** Who the connector under test is. */
export const PARTICIPANT = 'CONNECTOR_UNDER_TEST'

/** Secrets that are none. */
export const secrets = {
  kitShows: 'what-the-kit-shows-us',
  weShow: 'what-we-show-the-kit',
  strangerShows: 'what-a-stranger-shows-us',
  managementKey: 'opens-the-management-api',
} as const

/** The configuration of a connector that knows the kit, and decides as the scenarios want it. */
export function scenarioConfig({
  database,
  directory,
  log,
}: {
  database: Config['database']['url']
  directory: string
  log: Config['log']['level']
}): Config {
  const listener = { host: '127.0.0.1', port: 0 }
  const known = (id: string, accepts: string, presents: string) => ({
    id,
    accepts: hashToken(accepts),
    presents: new Secret(presents),
    groups: [],
  })
  return {
    participant: { id: PARTICIPANT },
    protocol: { ...listener, publicUrl: undefined },
    management: { ...listener, apiKey: new Secret(secrets.managementKey) },
    data: { ...listener, publicUrl: undefined, tokenLifetime: 600_000, files: undefined },
    database: { url: database, connections: 8 },
    directory,
    identity: {
      participants: [
        known(KIT_PARTICIPANT, secrets.kitShows, secrets.weShow),
        known('STRANGER', secrets.strangerShows, '-'),
      ],
    },
    negotiation: {
      counterOffers: 'refuse',
      webhook: undefined,
      deciders: [new URL('./scenarios.ts', import.meta.url).href],
    },
    network: { allow: ['127.0.0.0/8'], timeout: 10_000 },
    delivery: { giveUpAfter: 60_000 },
    contexts: { directory: undefined },
    log: { level: log, format: 'json' },
  }
}
