import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { addDataset, findOffer, negotiate, transfer } from '../test/support/operator.ts'
import { startNginx } from './support/nginx.ts'
import { inFlight, median, timed } from './support/numbers.ts'
import { type Pair, untilState, withPair } from './support/pair.ts'
import type { Context, Part, Target } from './support/part.ts'
import { usageOf } from './support/usage.ts'

/**
 * Data through the connector's data plane, through nginx, through the barest proxy in Node, and from the source itself, in turns: what counts
 * are the ratios.
 */
const part: Part = {
  name: 'proxy',
  run: context =>
    withPair(context, async pair => {
      const source = await startServer('source')
      const bare = await startServer('bare-proxy', source.address)
      const nginx = await startNginx(join(context.directory, 'nginx'), source.address)
      if (!nginx) context.remark('nginx is left out: it is not installed (Debian: apt-get install nginx-light)')
      try {
        const ways: Ways = {
          source: { base: `http://${source.address}` },
          'bare proxy': { base: `http://${bare.address}` },
          ...(nginx && { nginx: { base: `http://127.0.0.1:${nginx.port}` } }),
          connector: await openTransfer(pair, source.address),
        }
        const loads = [large(context.quick), ...[1, 16, 64].map(width => small(context.quick, width))]
        for (const load of loads) await measureLoad(context, pair, ways, load)
      } finally {
        await nginx?.stop()
        bare.stop()
        source.stop()
      }
    }),
}
export default part

/** Where the same bytes are had. */
interface Way {
  readonly base: string
  readonly authorization?: string
}
type Ways = Readonly<Record<string, Way>>

/** A server of `bench/support`, in a process of its own. */
async function startServer(name: string, ...given: string[]): Promise<{ address: string; stop(): void }> {
  const child = fork(new URL(`support/${name}.ts`, import.meta.url), given, { execArgv: ['--import', 'tsx'] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { address: `127.0.0.1:${port}`, stop: () => child.disconnect() }
}

async function openTransfer(pair: Pair, address: string): Promise<Way> {
  const { provider, consumer } = pair
  const source = { type: 'HttpData', baseUrl: `http://${address}`, proxyPath: 'true', proxyQueryParams: 'true' }
  await addDataset(provider, 'source', source)
  const negotiation = await negotiate(consumer, provider, await findOffer(consumer, provider, 'source'))
  const { agreementId } = await untilState(consumer, 'negotiations', negotiation, 'FINALIZED')
  const id = await transfer(consumer, provider, agreementId ?? '')
  await untilState(consumer, 'transfers', id, 'STARTED')
  const path = `/management/v1/transfers/${encodeURIComponent(id)}/edr?fresh=true`
  const { dataAddress } = (await consumer.api('GET', path)) as {
    dataAddress: { endpoint: string; endpointProperties: { name: string; value: string }[] }
  }
  const token = dataAddress.endpointProperties.find(({ name }) => name === 'authorization')?.value ?? ''
  return { base: dataAddress.endpoint, authorization: `Bearer ${token}` }
}

/** Something that is fetched in each of the ways. */
interface Load {
  readonly what: string
  /** How much one run of it is, in units. */
  readonly amount: number
  readonly unit: 'MB' | 'request'
  readonly rounds: number
  /** What the connector is to reach, as a share of another way. */
  readonly targets: Readonly<Record<string, Target>>
  run(way: Way): Promise<void>
}

function large(quick: boolean): Load {
  const [mib, rounds] = quick ? [64, 2] : [256, 5]
  return {
    what: 'large body',
    amount: (mib * 2 ** 20) / 1e6,
    unit: 'MB',
    rounds,
    targets: { nginx: { atLeast: 0.7 } },
    run: way => get(new Agent(), way, `/large?mib=${mib}`, mib * 2 ** 20),
  }
}

function small(quick: boolean, width: number): Load {
  const [amount, rounds] = quick ? [500, 2] : [width === 1 ? 1_500 : 4_000, 5]
  return {
    what: `1 KiB, ${width} at once`,
    amount,
    unit: 'request',
    rounds,
    targets: width === 16 ? { source: { atLeast: 0.3 } } : {},
    async run(way) {
      const agent = new Agent({ keepAlive: true, maxSockets: width })
      await inFlight(amount, width, () => get(agent, way, '/small', 1024))
      agent.destroy()
    },
  }
}

async function measureLoad(context: Context, { provider }: Pair, ways: Ways, load: Load): Promise<void> {
  const { what, amount, unit, rounds, run } = load
  const cpu = async () => (await usageOf(provider.pid)).connector.cpu
  let spent = 0
  const rates = new Map<string, number[]>(Object.keys(ways).map(name => [name, []]))
  // One way after the other, so that a change of the machine's mood strikes all alike; the first round warms up.
  for (let round = 0; round <= rounds; round++)
    for (const [name, way] of Object.entries(ways)) {
      const before = await cpu()
      const { ms } = await timed(() => run(way))
      if (round === 0) continue
      rates.get(name)?.push((amount * 1_000) / ms)
      if (name === 'connector') spent += (await cpu()) - before
    }
  const name = unit === 'MB' ? 'MB/s' : '/s'
  for (const [way, all] of rates) context.measured({ name: `${what}, ${way}`, value: median(all), unit: name })
  tellShares(context, load, rates)
  const value = (spent * 1_000) / rounds / amount
  context.measured({ name: `${what}, CPU of the connector, a ${unit}`, value, unit: 'µs' })
}

/** What the connector reaches of another way: round by round, then the median. */
function tellShares(
  { measured }: Context,
  { what, targets }: Load,
  rates: ReadonlyMap<string, readonly number[]>,
): void {
  const { connector = [], ...others } = Object.fromEntries(rates)
  for (const [name, all] of Object.entries(others)) {
    const value = median(all.map((rate, round) => (connector[round] ?? Number.NaN) / rate))
    const target = targets[name]
    measured({ name: `${what}, connector to ${name}`, value, unit: '×', ...(target && { target }) })
  }
}

/** Fetches and throws the bytes away; throws if they are not all there. */
function get(agent: Agent, { base, authorization }: Way, path: string, size: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization }
    const outgoing = request(`${base}${path}`, { agent, headers }, answer => {
      let got = 0
      answer.on('data', (chunk: Buffer) => {
        got += chunk.length
      })
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.statusCode === 200 && got === size) resolve()
        else reject(new Error(`${base}${path}: ${answer.statusCode}, ${got} bytes`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
