import { KIT_PARTICIPANT } from '../../../src/cli/conformance/kit.ts'
import { type Config, Secret } from '../../../src/config/index.ts'
import { testConfig } from '../../support/config.ts'

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
  const knows = [
    { id: KIT_PARTICIPANT, token: secrets.kitShows, presents: secrets.weShow },
    { id: 'STRANGER', token: secrets.strangerShows, presents: '-' },
  ]
  const deciders = [new URL('./scenarios.ts', import.meta.url).href]
  const base = testConfig({ id: PARTICIPANT, knows })
  return {
    ...base,
    management: { ...base.management, apiKey: new Secret(secrets.managementKey) },
    database: { ...base.database, url: database },
    directory,
    negotiation: { counterOffers: 'refuse', webhook: undefined, deciders },
    log: { level: log, format: 'json' },
  }
}
