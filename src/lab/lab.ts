import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClearingHouse } from '../clearing-house/index.ts'
import type { Config } from '../config/index.ts'
import type { Surroundings } from '../connector.ts'
import type { Part } from './cast.ts'
import { createParticipant, type Participant } from './participant.ts'
import { type LabSettings, playing, rolesOf } from './settings.ts'

/** A whole data space in one process. */
export interface Lab extends Readonly<Record<Exclude<Part, 'authority'>, Participant>> {
  /** Issues and revokes memberships; only where participants know each other by credentials. */
  readonly authority: Participant | undefined
  /** Gives provider and consumer their labels; only where they were wanted. */
  readonly house: ClearingHouse | undefined
  /** Everything that it keeps lies in here. */
  readonly directory: string
  readonly participants: readonly Participant[]
  /** Stops all connectors in order; `keep` leaves the folder there, for who wants to read the logs. */
  stop(keep?: boolean): Promise<void>
}

/** How a lab is made; nothing need be said. */
export interface LabOptions extends Partial<Omit<LabSettings, 'house'>> {
  /** Whether there is a clearing house, which labels the provider and the consumer; only where they know each other by credentials. */
  readonly labels?: boolean
  /** Hears of each participant that is up, and of the ms that took. */
  readonly onStarted?: (participant: Participant, ms: number) => void
  /** Changes configurations before they are used. */
  readonly adjust?: (config: Config, part: Part) => Config
  /** What else is other than it would be: the clock, for all of them. */
  readonly surroundings?: Surroundings
}

/**
 * Starts a provider, a consumer, a stranger who may not have what the consumer has, and an authority by whose credentials they know
 * each other, unless that is by static tokens: each with its own configuration, database, keys and ports. Without a directory they live in a temporary one, which is gone when they stop.
 *
 * @example
 * const lab = await createLab()
 * lab.consumer.urls.management // http://127.0.0.1:…
 * await lab.stop()
 *
 * @throws KontorError when one of them cannot start: a port that is taken, a database that cannot be reached.
 */
export async function createLab({
  identity = 'dcp',
  labels = false,
  onStarted,
  adjust = config => config,
  surroundings,
  ...options
}: LabOptions = {}): Promise<Lab> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'kontor-lab-')))
  await mkdir(directory, { recursive: true })
  const house = labels && identity === 'dcp' ? await openHouse({ portBase: options.portBase, surroundings }) : undefined
  const roles = (await rolesOf({ ...options, identity, directory, house })).map(role => ({
    ...role,
    log: createWriteStream(join(directory, `${role.who.part}.log`), { flags: 'a' }),
  }))
  const participants = roles.map(({ who, config, log }) =>
    createParticipant(who, adjust(config, who.part), { ...surroundings, log }),
  )

  async function stop(keep = false): Promise<void> {
    await Promise.all(participants.map(participant => participant.stop()))
    await house?.stop()
    await Promise.all(roles.map(({ log }) => new Promise(resolve => log.end(resolve))))
    if (!keep && options.directory === undefined) await rm(directory, { recursive: true, force: true })
  }

  const starts = participants.map(async participant => {
    const began = performance.now()
    await participant.start()
    onStarted?.(participant, performance.now() - began)
  })
  for (const start of await Promise.allSettled(starts))
    if (start.status === 'rejected') {
      await stop()
      throw start.reason
    }

  return {
    directory,
    participants,
    provider: playing('provider', participants),
    consumer: playing('consumer', participants),
    stranger: playing('stranger', participants),
    authority: participants.find(({ part }) => part === 'authority'),
    house,
    stop,
  }
}

/** Its libraries are loaded by nobody else. It signs with what is fastest made, and listens on the port after all others. */
async function openHouse({
  portBase,
  surroundings,
}: {
  portBase: number | undefined
  surroundings: Surroundings | undefined
}): Promise<ClearingHouse> {
  const { startClearingHouse } = await import('../clearing-house/index.ts')
  const { now } = surroundings ?? {}
  return startClearingHouse({
    algorithm: 'ES256',
    ...(now && { now }),
    ...(portBase !== undefined && { port: portBase + 12 }),
  })
}
