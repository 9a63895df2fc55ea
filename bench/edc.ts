import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { edcProcess } from '../test/support/edc/connector.ts'
import { type InstalledEdc, installEdc } from '../test/support/edc/install.ts'
import { kontorAmongEdcs, twoKontors } from '../test/support/edc/kontor.ts'
import { Unable } from '../test/support/java/tools.ts'
import { type PostgresServer, startPostgres } from '../test/support/postgres-server.ts'
import {
  ApiError,
  addAsset,
  addDefinition,
  type Connector,
  type Dataset,
  negotiate,
  offer,
  readCatalog,
  readDataset,
  stateOf,
} from '../test/support/v3.ts'
import { inFlight, median, percentile, timed } from './support/numbers.ts'
import type { Context, Part, Target } from './support/part.ts'
import { usageOf } from './support/usage.ts'

/** A connector that is measured, whoever has made it. */
interface Measured extends Connector {
  readonly pid: number
  start(): Promise<void>
  stop(): Promise<unknown>
}

/** Two of them, of the same make or not. */
interface Pair {
  readonly name: string
  readonly consumer: Measured
  readonly provider: Measured
  /** Negotiations one after the other, and assets in the catalogue; an EDC that waits a second between two looks has time for few. */
  readonly alone: number
  readonly assets: number
}

/** What came of a pair. */
interface Figures {
  readonly startup: number
  readonly latency: number
  readonly throughput: number
  /** The same two, of negotiations that are hardly asked how they stand. */
  readonly alone: number
  readonly rateAlone: number
  readonly memory: number
  readonly catalogue: number | undefined
}

/** Commands at the same time, when many are given at once. */
const WIDTH = 32
/** Negotiations in flight together, and how often that is done before anything counts: both makes run on a virtual machine that compiles what is used much. */
const [MANY, WARM_UP, ROUNDS] = [100, 10, 3]
/** Asks for the state of at most so many at once, and pauses so long, ms, when none of them is over: asking is a load of its own. */
const [WINDOW, PAUSE] = [8, 20]
/** How long a pair that has nothing to do is left alone before its memory is looked at, ms. */
const REST = 5_000

/** What an EDC offers against idle waiting: looks every 20 ms instead of every second. Larger batches only hurt it on PostgreSQL. */
const machines = ['negotiation.consumer', 'negotiation.provider', 'transfer', 'dataplane']
const tuned = Object.fromEntries([
  ...machines.map(machine => [`edc.${machine}.state-machine.iteration-wait-millis`, '20']),
  ['edc.datasource.default.pool.connections.max-total', '32'],
  ['edc.datasource.default.pool.connections.max-idle', '32'],
])

/**
 * Side by side with an Eclipse EDC: the same driver, calls of the management API v3, before two of us, one of us with an EDC, and two
 * EDCs, as they come and tuned. All keep everything on one PostgreSQL server as it comes, fsync on, and are one process each.
 */
const part: Part = {
  name: 'edc',
  async run(context) {
    if (context.quick) return context.remark('left out with --quick: it takes minutes')
    const edc = await install(context)
    if (!edc) return
    const postgres = await startPostgres(join(context.directory, 'postgres'))
    try {
      const make = makers(context, edc, postgres)
      const ours = await measure(context, await make.kontors())
      // Right after ours, as machines have moods.
      const theirs = await measure(context, await make.edcs('two EDCs tuned', tuned, 50, 10_000))
      compare(context, ours, theirs)
      await measure(context, await make.mixed())
      await measure(context, await make.edcs('two EDCs as they come', {}, 12, 0))
    } finally {
      await postgres.stop()
    }
  },
}
export default part

/** The EDC; nothing, with a word about it, where there is no Java or no Maven. */
async function install({ directory, remark }: Context): Promise<InstalledEdc | undefined> {
  try {
    return await installEdc(directory, () => {})
  } catch (error) {
    if (!(error instanceof Unable)) throw error
    remark(`left out: ${error.message}`)
    return undefined
  }
}

function makers({ directory, nodeOptions }: Context, edc: InstalledEdc, postgres: PostgresServer) {
  const settingsFor = async (database: string) => ({
    database: { url: (await postgres.create(database)).url },
    log: { level: 'info' },
  })
  const edcOf = async (id: string, settings: Readonly<Record<string, string>>) => {
    const name = `${id}-${Object.keys(settings).length}`
    const place = { directory: join(directory, name), database: await postgres.create(name) }
    return patient(await edcProcess({ id, edc, settings, ...place }))
  }
  return {
    async kontors(): Promise<Pair> {
      const running = { directory, nodeOptions, settingsOf: settingsFor }
      return {
        name: 'two Kontors',
        alone: 50,
        assets: 10_000,
        ...(await twoKontors(['kontor-1', 'kontor-2'], running)),
      }
    },
    async mixed(): Promise<Pair> {
      const provider = await edcOf('edc-0', tuned)
      const settings = await settingsFor('kontor-3')
      const consumer = await kontorAmongEdcs({ id: 'kontor-3', directory, edcs: [provider], settings, nodeOptions })
      return { name: 'a Kontor that consumes and an EDC tuned', consumer, provider, alone: 50, assets: 0 }
    },
    async edcs(name: string, settings: Readonly<Record<string, string>>, alone: number, assets: number): Promise<Pair> {
      const [consumer, provider] = [await edcOf('edc-1', settings), await edcOf('edc-2', settings)]
      return { name, consumer, provider, alone, assets }
    },
  }
}

/** Starts a pair, measures it, stops it. */
async function measure(context: Context, pair: Pair): Promise<Figures> {
  const { name, consumer, provider } = pair
  const tell = (what: string, value: number, unit: string) =>
    context.measured({ name: `${name}: ${what}`, value, unit })
  try {
    const startup = await timeStart(pair)
    tell('ready, existing database', startup, 's')
    await sleep(REST)
    tell('memory of both, idle', await memoryOf(pair), 'MiB')
    await offer(provider, { id: 'dataset', source: { baseUrl: 'http://127.0.0.1:9/' } })
    const dataset = await readDataset(consumer, provider, 'dataset')
    let before = 0
    for (let round = 0; round < WARM_UP; round++) before = (await together(pair, dataset, before)).ms

    const asked = await whileAsked(pair, dataset)
    tell('negotiation alone, p50', asked.p50, 'ms')
    tell('negotiation alone, p95', asked.p95, 'ms')
    const rate = await rateOf(context, pair, () => together(pair, dataset))
    tell(`negotiations, ${MANY} in flight`, rate, '/s')
    const alone = await leftAlone(pair, dataset)
    tell('negotiation alone, hardly asked, p50', alone, 'ms')
    const rateAlone = await rateOf(context, pair, () => together(pair, dataset, before))
    tell(`negotiations, ${MANY} in flight, hardly asked`, rateAlone, '/s')
    const memory = await memoryOf(pair)
    tell('memory of both after that', memory, 'MiB')
    const catalogue = pair.assets > 0 ? await timeCatalogue(context, pair) : undefined
    return { startup, latency: asked.p50, throughput: rate, alone, rateAlone, memory, catalogue }
  } finally {
    await Promise.all([consumer.stop(), provider.stop()])
  }
}

/** The first start makes the tables; the second of one of them, alone, is timed. s. */
async function timeStart({ consumer, provider }: Pair): Promise<number> {
  await consumer.start()
  await consumer.stop()
  const { ms } = await timed(() => consumer.start())
  await provider.start()
  return ms / 1_000
}

async function memoryOf({ consumer, provider }: Pair): Promise<number> {
  const usages = await Promise.all([usageOf(consumer.pid), usageOf(provider.pid)])
  return usages.reduce((sum, { connector }) => sum + connector.rss, 0)
}

const isOver = (state: string | undefined): boolean => state === 'FINALIZED' || state === 'TERMINATED'

/** A round of negotiations: how long it took from the first command to the last state, ms, and how many came to no agreement. */
interface Round {
  readonly ms: number
  readonly lost: number
}

/** Many begun as fast as the API takes them, until the last is over. Nobody is asked in the first four fifths of the time that it took `before`. */
async function together({ consumer, provider }: Pair, dataset: Dataset, before = 0): Promise<Round> {
  const begun = performance.now()
  const open = await inFlight(MANY, WIDTH, () => negotiate(consumer, provider, dataset))
  await sleep(before * 0.8 - (performance.now() - begun))
  let lost = 0
  while (open.length > 0) {
    const head = open.slice(0, WINDOW)
    const states = await Promise.all(head.map(id => stateOf(consumer, 'contractnegotiations', id)))
    const over = head.filter((_, at) => isOver(states[at]))
    lost += states.filter(state => state === 'TERMINATED').length
    for (const id of over) open.splice(open.indexOf(id), 1)
    if (over.length === 0) await sleep(PAUSE)
  }
  return { ms: performance.now() - begun, lost }
}

/** How many a second come to an agreement. */
async function rateOf({ remark }: Context, { name }: Pair, round: () => Promise<Round>): Promise<number> {
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) rounds.push(await round())
  const lost = rounds.reduce((sum, { lost }) => sum + lost, 0)
  if (lost > 0) remark(`${name}: ${lost} of ${ROUNDS * MANY} negotiations in flight came to no agreement`)
  return median(rounds.map(({ ms, lost }) => ((MANY - lost) * 1_000) / ms))
}

/** Negotiations one after the other; a client that waits for each asks every 5 ms how it stands. One that is lost to a race does not count. */
async function whileAsked({ consumer, provider, alone }: Pair, dataset: Dataset) {
  const times: number[] = []
  for (let tries = 0; times.length < alone && tries < 2 * alone; tries++) {
    const { ms, result } = await timed(async () => {
      const id = await negotiate(consumer, provider, dataset)
      for (;;) {
        const state = await stateOf(consumer, 'contractnegotiations', id)
        if (isOver(state)) return state
        await sleep(5)
      }
    })
    if (result === 'FINALIZED') times.push(ms)
    // No lockstep with loops that look now and then.
    await sleep(Math.random() * 50)
  }
  return { p50: median(times), p95: percentile(times, 0.95) }
}

/**
 * The same, when asking is no load: each is asked when half of them should be over, a little sooner than the one before if that was, a
 * little later if it was not. After a while the answer is yes as often as no, and the time until it has come is the median. ms
 */
async function leftAlone({ consumer, provider, alone }: Pair, dataset: Dataset): Promise<number> {
  const times: number[] = []
  let wait = 0
  for (let tries = 0; times.length < 2 * alone && tries < 4 * alone; tries++) {
    const begun = performance.now()
    const since = () => performance.now() - begun
    const id = await negotiate(consumer, provider, dataset)
    await sleep(wait - since())
    let state = await stateOf(consumer, 'contractnegotiations', id)
    const first = since()
    const soon = !isOver(state)
    while (!isOver(state)) {
      await sleep(20)
      state = await stateOf(consumer, 'contractnegotiations', id)
    }
    const last = since()
    await sleep(Math.random() * 50)
    if (state === 'TERMINATED') continue
    if (wait > 0) times.push(first)
    wait = wait === 0 ? last : wait * (soon ? 1.05 : 1 / 1.05)
  }
  return median(times.slice(-alone))
}

const assetOf = (index: number) => ({
  id: `asset-${index}`,
  source: { baseUrl: 'http://127.0.0.1:9/' },
  properties: { index, description: 'Energy fed into the grid, by quarter of an hour, at the transformer.' },
})

/** The same, asked again where it answers 500: an EDC that has much to do does that now and then, and takes the same later, or had taken it. */
const patient = (connector: Measured): Measured => ({
  id: connector.id,
  protocolUrl: connector.protocolUrl,
  get pid() {
    return connector.pid
  },
  start: () => connector.start(),
  stop: () => connector.stop(),
  async api(method, path, body) {
    for (let tries = 1; ; tries++) {
      try {
        return await connector.api(method, path, body)
      } catch (error) {
        const status = error instanceof ApiError ? error.status : 0
        if (status === 409 && tries > 1) return undefined
        if (status !== 500 || tries === 10) throw error
        await sleep(tries * 200)
      }
    }
  },
})

/** A page of a large catalogue, by way of the consumer's management API; p50, ms. */
async function timeCatalogue(context: Context, pair: Pair): Promise<number> {
  const { name, consumer, provider, assets } = pair
  await inFlight(assets, 8, index => addAsset(provider, assetOf(index)))
  await addDefinition(provider, { id: 'assets' }, ['like', 'asset-%'])
  const page = async () => (await timed(() => readCatalog(consumer, provider, { offset: 0, limit: 50 }))).ms
  await inFlight(5, 1, page)
  const times = await inFlight(40, 1, page)
  const p50 = percentile(times, 0.5)
  const what = `page of 50 out of ${assets.toLocaleString('en')}`
  context.measured({ name: `${name}: ${what}, p50`, value: p50, unit: 'ms' })
  context.measured({ name: `${name}: ${what}, p95`, value: percentile(times, 0.95), unit: 'ms' })
  return p50
}

/** Two of us by two EDCs tuned. */
function compare({ measured }: Context, ours: Figures, theirs: Figures): void {
  const tell = (what: string, value: number, target?: Target) =>
    measured({ name: `Kontor by EDC tuned: ${what}`, value, unit: '×', ...(target && { target }) })
  tell('latency of a negotiation', ours.latency / theirs.latency, { atMost: 0.1 })
  tell('negotiations a second', ours.throughput / theirs.throughput, { atLeast: 5 })
  tell('latency, hardly asked', ours.alone / theirs.alone)
  tell('negotiations a second, hardly asked', ours.rateAlone / theirs.rateAlone)
  tell('memory', ours.memory / theirs.memory, { atMost: 0.33 })
  tell('start-up', ours.startup / theirs.startup, { atMost: 0.2 })
  if (ours.catalogue !== undefined && theirs.catalogue !== undefined)
    tell('latency of the catalogue', ours.catalogue / theirs.catalogue, { atMost: 0.1 })
}
