import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../src/db/index.ts'
import { createArchive, deleteEnded } from '../src/process/index.ts'
import { fill } from '../test/support/bulk.ts'
import { addDataset, findOffer, negotiate, offerAll } from '../test/support/operator.ts'
import { acquaintances, type ConnectorProcess, connectorProcess } from '../test/support/processes.ts'
import { questions, waysOf } from '../test/support/questions.ts'
import { median, percentile, timed } from './support/numbers.ts'
import { untilState } from './support/pair.ts'
import type { Context, Part } from './support/part.ts'
import { startServer } from './support/server.ts'

/** Set KONTOR_BENCH_PROCESSES for another size. */
const sizeOf = ({ quick }: Context): number =>
  Number(process.env.KONTOR_BENCH_PROCESSES) || (quick ? 20_000 : 1_000_000)

/** A connector that has lived for years beside one that has just begun, on one database server: the same work in turns. */
const part: Part = {
  name: 'long-life',
  async run(context) {
    const server = await startServer(join(context.directory, 'postgres'))
    try {
      const urls = {
        young: await server.create('young'),
        old: await server.create('old'),
        consumer: await server.create('consumer'),
      }
      const db = await server.open(urls.old)
      try {
        await fillUp(context, db)
        await withConnectors(context, urls, async (young, old, consumer) => {
          await compareNegotiations(context, db, { young, old, consumer })
          await askLists(context, old)
        })
        await explain(context, db)
        await deleteSome(context, db)
      } finally {
        await db.close()
      }
    } finally {
      await server.stop()
    }
  },
}
export default part

async function fillUp(context: Context, db: Database): Promise<void> {
  const size = sizeOf(context)
  const { ms } = await timed(() => fill(db, { processes: size }))
  const [row] = await db.query<{ size: number }>('select pg_database_size(current_database()) as size')
  context.remark(
    `${size} negotiations, as many transfers and agreements, ${6 * size} journal entries: ${Math.round((row?.size ?? 0) / 2 ** 20)} MiB, made in ${Math.round(ms / 1_000)} s`,
  )
}

async function withConnectors(
  { directory, nodeOptions }: Context,
  urls: Readonly<Record<'young' | 'old' | 'consumer', string>>,
  work: (young: ConnectorProcess, old: ConnectorProcess, consumer: ConnectorProcess) => Promise<void>,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'wind.csv'), 'hour,mwh\n0,17\n')
  const meet = acquaintances(['young', 'old', 'consumer'])
  const start = async (id: 'young' | 'old' | 'consumer') => {
    const settings = { database: { url: urls[id], connections: 16 } }
    const one = await connectorProcess(id, join(directory, id), meet, {
      files: directory,
      settings,
      nodeOptions,
      log: 'file',
    })
    await one.start()
    return one
  }
  const all = await Promise.all([start('young'), start('old'), start('consumer')])
  try {
    await work(...(all as [ConnectorProcess, ConnectorProcess, ConnectorProcess]))
  } finally {
    await Promise.all(all.map(one => one.stop()))
  }
}

type Connectors = Readonly<Record<'young' | 'old' | 'consumer', ConnectorProcess>>

async function compareNegotiations(
  context: Context,
  db: Database,
  { young, old, consumer }: Connectors,
): Promise<void> {
  const rounds = context.quick ? 20 : 100
  const begin = async (provider: ConnectorProcess) => {
    await offerAll(provider)
    await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
    const offer = await findOffer(consumer, provider, 'wind')
    return async () => {
      const { ms } = await timed(async () =>
        untilState(consumer, 'negotiations', await negotiate(consumer, provider, offer), 'FINALIZED'),
      )
      return ms
    }
  }
  const [atYoung, atOld] = [await begin(young), await begin(old)]
  for (let warm = 0; warm < 10; warm++) await Promise.all([atYoung(), atOld()])
  const before = await updates(db)
  const [times, ratios]: [{ young: number[]; old: number[] }, number[]] = [{ young: [], old: [] }, []]
  for (let round = 0; round < rounds; round++) {
    const [one, two] =
      round % 2 === 0
        ? [await atYoung(), await atOld()]
        : ([await atOld(), await atYoung()].reverse() as [number, number])
    times.young.push(one)
    times.old.push(two)
    ratios.push(two / one)
  }
  for (const who of ['young', 'old'] as const)
    for (const share of [0.5, 0.95])
      context.measured({
        name: `negotiation, ${who} provider, p${share * 100}`,
        value: percentile(times[who], share),
        unit: 'ms',
      })
  context.measured({ name: 'old to young, median of pairs', value: median(ratios), unit: '×', target: { atMost: 1.3 } })
  const after = await updates(db)
  context.measured({
    name: 'updates that stayed in their page',
    value: (after.hot - before.hot) / (after.all - before.all),
    unit: '×',
  })
}

/** How many updates of processes there were, and how many of them changed no index. */
async function updates(db: Database): Promise<{ all: number; hot: number }> {
  const [row] = await db.query<{ all: number; hot: number }>(
    `select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'process'`,
  )
  return row ?? { all: 0, hot: 0 }
}

/** What an operator's program asks, at the old connector. */
const asked: readonly (readonly [name: string, method: string, path: string, body?: object])[] = [
  ['first page', 'GET', '/management/v1/negotiations'],
  ['page at offset 10,000', 'GET', '/management/v1/negotiations?offset=10000'],
  ['of one counterparty', 'GET', '/management/v1/negotiations?counterparty=did:web:peer-7'],
  ['the terminated', 'GET', '/management/v1/negotiations?state=TERMINATED'],
  ['under way', 'GET', '/management/v1/transfers?state=STARTED'],
  [
    'v3, by latest change',
    'POST',
    '/management/v3/contractnegotiations/request',
    query({ sortField: 'stateTimestamp', sortOrder: 'DESC' }),
  ],
  [
    'v3, agreements of a dataset',
    'POST',
    '/management/v3/contractagreements/request',
    query({ filterExpression: [where('assetId', 'dataset-7')] }),
  ],
  [
    'v3, transfers of an agreement',
    'POST',
    '/management/v3/transferprocesses/request',
    query({ filterExpression: [where('contractId', 'urn:agreement:7')] }),
  ],
]

function query(spec: object): object {
  return { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }, '@type': 'QuerySpec', ...spec }
}

function where(operandLeft: string, operandRight: string): object {
  return { operandLeft, operator: '=', operandRight }
}

async function askLists(context: Context, old: ConnectorProcess): Promise<void> {
  const medianOf = async (ask: () => Promise<unknown>) => {
    const times = []
    for (let turn = 0; turn < 9; turn++) times.push((await timed(ask)).ms)
    return median(times)
  }
  for (const [name, ...call] of asked)
    context.measured({ name: `list: ${name}`, value: await medianOf(() => old.api(...call)), unit: 'ms' })
  const scrape = () => fetch(`${old.origins.management}/metrics`).then(answer => answer.text())
  context.measured({ name: 'scrape of the metrics', value: await medianOf(scrape), unit: 'ms' })
}

async function explain(context: Context, db: Database): Promise<void> {
  for (const [question, ask] of questions)
    context.remark(`${question}: ${(await waysOf(db, ask)).join(', ') || 'a small table'}`)
}

/** How fast the retention empties a database that was never emptied before. */
async function deleteSome(context: Context, db: Database): Promise<void> {
  const [limit, batches] = [200, context.quick ? 10 : 50]
  const archive = createArchive(join(context.directory, 'archive'))
  const given = { before: new Date(), limit, archive, forget: async () => new Map(), now: new Date() }
  const { ms } = await timed(async () => {
    for (let batch = 0; batch < batches; batch++) await deleteEnded(db, { ...given, kind: 'negotiation' })
  })
  context.measured({ name: 'negotiations filed away and deleted', value: (limit * batches * 1_000) / ms, unit: '/s' })
}
