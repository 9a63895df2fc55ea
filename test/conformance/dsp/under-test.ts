import { prepareForKit } from '../../../src/cli/conformance/prepare.ts'
import { createConnector } from '../../../src/connector.ts'
import { freeUrl } from '../../support/ports.ts'
import { scenarioConfig, secrets } from './scenario-config.ts'

/** A connector of our own with an embedded database, that the kit is let loose on. */
export interface UnderTest {
  readonly properties: ReadonlyMap<string, string>
  stop(): Promise<void>
}

/** Starts it in a folder, and prepares it as `kontor conformance` prepares any other. `log` gets its lines, if they are wanted. */
export async function startUnderTest(given: {
  directory: string
  log: ((line: string) => void) | undefined
  wait: number | undefined
}): Promise<UnderTest> {
  const { directory, log, wait } = given
  const config = scenarioConfig({ database: undefined, directory, log: log ? 'debug' : 'silent' })
  const connector = await createConnector(config, log && { log: { write: log } })
  try {
    const urls = await connector.start()
    const management = { url: `${urls.management}/management`, key: secrets.managementKey }
    const [kitUrl, signalUrl] = [await freeUrl(), await freeUrl()]
    const preparation = { management, baseUrl: urls.protocol, token: secrets.kitShows, kitUrl, signalUrl, wait }
    const prepared = await prepareForKit(preparation, error => log?.(`a start signal could not be followed: ${error}`))
    return {
      properties: prepared.properties,
      async stop() {
        await prepared.close()
        await connector.stop()
      },
    }
  } catch (error) {
    await connector.stop()
    throw error
  }
}
