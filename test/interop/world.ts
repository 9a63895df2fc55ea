import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EdcProcess, edcProcess } from '../support/edc/connector.ts'
import { installEdc } from '../support/edc/install.ts'
import { type KontorProcess, kontorAmongEdcs } from '../support/edc/kontor.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import type { Connector } from '../support/v3.ts'
import { type Source, startSource } from './source.ts'

/** An EDC and one of us, who know each other. */
export interface World {
  readonly edc: EdcProcess
  readonly kontor: KontorProcess
  readonly source: Source
}

/** Who consumes and who provides. */
export interface Pair {
  readonly consumer: Connector
  readonly provider: Connector
}

/** What somebody tells who waits. */
type Say = (line: string) => void

/**
 * Starts both, the EDC with the settings it comes with, on PostgreSQL; `work` does with them what it wants. `directory` keeps the logs, else
 * all is gone afterwards.
 */
export async function withWorld<T>(
  { keep, say }: { keep: string | undefined; say: Say },
  work: (world: World) => Promise<T>,
): Promise<T> {
  const directory = keep ?? (await mkdtemp(join(tmpdir(), 'kontor-interop-')))
  const ends: (() => unknown)[] = []
  try {
    const edc = await installEdc(directory, say)
    const postgres: PostgresServer = await startPostgres(join(directory, 'postgres'))
    ends.push(() => postgres.stop())
    const theirs = await edcProcess({
      // Not `edc`: that word is a prefix to the EDC, and no name.
      id: 'an-edc',
      directory: join(directory, 'edc'),
      edc,
      database: await postgres.create('an-edc'),
      // Which left operands an EDC knows is settled by extensions; without this it would refuse to offer any other.
      settings: { 'edc.policy.validation.enabled': 'false' },
    })
    const ours = await kontorAmongEdcs({
      id: 'kontor',
      directory,
      edcs: [theirs],
      settings: { log: { level: 'info' } },
    })
    const source = await startSource()
    ends.push(
      () => source.close(),
      () => theirs.stop(),
      () => ours.stop(),
    )
    say('starting an EDC and a Kontor')
    await Promise.all([theirs.start(), ours.start()])
    return await work({ edc: theirs, kontor: ours, source })
  } finally {
    for (const end of ends.toReversed()) await end()
    if (keep === undefined) await rm(directory, { recursive: true, force: true })
  }
}
