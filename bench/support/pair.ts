import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { addDataset, findOffer, offerAll } from '../../test/support/operator.ts'
import { type ConnectorProcess, connectorProcesses } from '../../test/support/processes.ts'
import type { Context } from './part.ts'
import { spentBetween, usageOf } from './usage.ts'

/** A provider and a consumer as an operator runs them: two processes, each with its PostgreSQL, fsync on. */
export interface Pair {
  readonly provider: ConnectorProcess
  readonly consumer: ConnectorProcess
  /** Runs `work`, and tells the CPU milliseconds that both sides have spent meanwhile. */
  spending<T>(work: () => Promise<T>): Promise<{ result: T; connector: number; database: number }>
}

/** Starts a pair whose provider offers everything to everybody, lets `work` use it, stops it. */
export async function withPair(context: Context, work: (pair: Pair) => Promise<void>): Promise<void> {
  const { directory, nodeOptions } = context
  const [provider, consumer] = (await connectorProcesses(directory, ['provider', 'consumer'], {
    nodeOptions,
    log: 'file',
    settings: { log: { level: 'info' } },
  })) as [ConnectorProcess, ConnectorProcess]
  const look = () => Promise.all([usageOf(provider.pid), usageOf(consumer.pid)])
  try {
    await Promise.all([provider.start(), consumer.start()])
    await offerAll(provider)
    await work({
      provider,
      consumer,
      async spending(work) {
        const before = await look()
        const result = await work()
        return { result, ...spentBetween(before, await look()) }
      },
    })
  } finally {
    await Promise.all([provider.stop(), consumer.stop()])
  }
}

/** A dataset of a small file, on offer; what a negotiation about it begins with. */
export async function offerFile(
  { directory }: Pick<Context, 'directory'>,
  { provider, consumer }: Readonly<Record<'provider' | 'consumer', Parameters<typeof findOffer>[0]>>,
): Promise<object> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'wind.csv'), 'hour,mwh\n0,17\n')
  await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
  return findOffer(consumer, provider, 'wind')
}

/** What the management API tells of a negotiation or transfer. */
export interface Item {
  readonly id: string
  readonly state: string | null
  readonly error: string | null
  readonly updatedAt: string
  readonly agreementId: string | null
}

/** Asks every millisecond or two until the process is in that state. Throws if it ends otherwise. */
export async function untilState(
  connector: ConnectorProcess,
  what: 'negotiations' | 'transfers',
  id: string,
  state: string,
): Promise<Item> {
  for (;;) {
    const item = (await connector.api('GET', `/management/v1/${what}/${encodeURIComponent(id)}`)) as Item
    if (item.state === state) return item
    if (item.state === 'TERMINATED') throw new Error(`one of the ${what} was terminated: ${item.error}`)
    await sleep(1)
  }
}

/** Waits until so many are in that state, asking only for the last of them, and gives them all. */
export async function untilCount(
  connector: ConnectorProcess,
  what: 'negotiations' | 'transfers',
  state: string,
  count: number,
): Promise<Item[]> {
  const list = async (query: string) =>
    ((await connector.api('GET', `/management/v1/${what}?state=${state}&${query}`)) as { items: Item[] }).items
  while ((await list(`limit=1&offset=${count - 1}`)).length === 0) await sleep(10)
  return list('limit=1000')
}
