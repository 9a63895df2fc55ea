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
  let running: Connector | undefined

  const connector = (): Connector => {
    if (!running) throw new Error(`${who.name} has not been started`)
    return running
  }

  async function start(): Promise<void> {
    running = await createConnector(config, surroundings)
    await running.start()
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
