import type { Config } from '../config/index.ts'
import { type Connector, createConnector, type Surroundings } from '../connector.ts'
import type { Urls } from '../urls.ts'
import type { Character } from './cast.ts'

/** A participant of the lab with its connector. It can be stopped and started again, and is then found where it was. */
export interface Participant extends Character {
  /** Opens its management API. */
  readonly key: string
  /** Its connector as it runs now. Throws before `start`. */
  readonly connector: Connector
  readonly urls: Urls
  start(): Promise<void>
  stop(): Promise<void>
}

/** A participant that is set up, and not started. */
export function createParticipant(who: Character, config: Config, surroundings: Surroundings): Participant {
  let settings = config
  let running: Connector | undefined

  const connector = (): Connector => {
    if (!running) throw new Error(`${who.name} has not been started`)
    return running
  }

  async function start(): Promise<void> {
    running = await createConnector(settings, surroundings)
    settings = withPorts(settings, await running.start())
  }

  return {
    ...who,
    key: config.management.apiKey.reveal(),
    get connector() {
      return connector()
    },
    get urls() {
      return connector().urls()
    },
    start,
    stop: async () => running?.stop(),
  }
}

/** Others have been told where we are: from now on it is there. */
function withPorts(config: Config, urls: Urls): Config {
  const at = (plane: keyof Urls) => ({ port: Number(new URL(urls[plane]).port) })
  return {
    ...config,
    protocol: { ...config.protocol, ...at('protocol') },
    management: { ...config.management, ...at('management') },
    data: { ...config.data, ...at('data') },
  }
}
