import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import type { Surroundings } from '../connector.ts'
import type { Part } from './cast.ts'
import { createParticipant, type Participant } from './participant.ts'
import { type LabSettings, playing, rolesOf } from './settings.ts'

/** A whole data space in one process. */
export interface Lab extends Readonly<Record<Exclude<Part, 'authority'>, Participant>> {
  /** Issues and revokes memberships; only where participants know each other by credentials. */
  readonly authority: Participant | undefined
  /** Everything that it keeps lies in here. */
  readonly directory: string
  readonly participants: readonly Participant[]
  /** Stops all connectors in order; `keep` leaves the folder there, for who wants to read the logs. */
  stop(keep?: boolean): Promise<void>
}

/** How a lab is made; nothing need be said. */
export interface LabOptions extends Partial<LabSettings> {
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
  onStarted,
  adjust = config => config,
  surroundings,
  ...options
}: LabOptions = {}): Promise<Lab> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'kontor-lab-')))
  await mkdir(directory, { recursive: true })
  const roles = (await rolesOf({ ...options, identity, directory })).map(role => ({
    ...role,
    log: createWriteStream(join(directory, `${role.who.part}.log`), { flags: 'a' }),
  }))
  const participants = roles.map(({ who, config, log }) =>
    createParticipant(who, adjust(config, who.part), { ...surroundings, log }),
  )

  async function stop(keep = false): Promise<void> {
    await Promise.all(participants.map(participant => participant.stop()))
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
    stop,
  }
}
