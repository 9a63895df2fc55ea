import { addDataset, requestCatalog } from '../test/support/operator.ts'
import { inFlight, percentile, timed } from './support/numbers.ts'
import { type Pair, withPair } from './support/pair.ts'
import type { Context, Part, Target } from './support/part.ts'
import { usageOf } from './support/usage.ts'

/** Catalogue requests at growing catalogues: the provider's own answer, and what the consumer's management API makes of it. */
const part: Part = {
  name: 'catalog',
  run: context =>
    withPair(context, async pair => {
      let size = 0
      for (const next of context.quick ? [100, 1_000] : [100, 1_000, 10_000]) {
        const { ms } = await timed(() => addDatasets(pair, size, next))
        context.measured({ name: `${spell(next)}: datasets added`, value: ((next - size) * 1_000) / ms, unit: '/s' })
        size = next
        await restart(pair)
        await measureSize(context, pair, size)
      }
      for (const { id, pid } of [pair.provider, pair.consumer]) {
        const { rss } = (await usageOf(pid)).connector
        context.measured({ name: `memory of the ${id} after catalogues of ${spell(size)}`, value: rss, unit: 'MiB' })
      }
    }),
}
export default part

const spell = (count: number): string => count.toLocaleString('en')

/** Datasets of some 0.9 kB each, as they are told. */
async function addDatasets({ provider }: Pair, from: number, to: number): Promise<void> {
  await inFlight(to - from, 16, index => {
    const number = String(from + index).padStart(5, '0')
    return addDataset(
      provider,
      `dataset-${number}`,
      { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
      {
        'http://purl.org/dc/terms/title': `Feed-in of wind farm ${number}`,
        'http://purl.org/dc/terms/description':
          'Energy fed into the grid, by quarter of an hour, measured at the transformer.',
        'http://www.w3.org/ns/dcat#keyword': ['wind', 'energy', `farm ${number}`],
        region: `region ${(from + index) % 16}`,
      },
    )
  })
}

/** Nothing read, planned or compiled yet. */
async function restart({ provider, consumer }: Pair): Promise<void> {
  await Promise.all([provider.stop(), consumer.stop()])
  await Promise.all([provider.start(), consumer.start()])
}

async function measureSize(context: Context, pair: Pair, size: number): Promise<void> {
  const [pages, whole] = context.quick ? [10, 2] : [60, 5]
  const large = size === 10_000
  const asks = {
    'page of 50': { offset: 0, limit: 50, times: pages, target: large ? { atMost: 15 } : undefined },
    'last page of 50': { offset: size - 50, limit: 50, times: pages, target: undefined },
    all: { offset: 0, limit: size, times: whole, target: large ? { atMost: 1_000 } : undefined },
  }
  const ways = { 'from the provider': askProvider, 'by way of the consumer': askConsumer }
  for (const [way, ask] of Object.entries(ways)) {
    for (const [what, { offset, limit, times, target }] of Object.entries(asks)) {
      const name = `${spell(size)}: ${what} ${way}`
      const once = async () => (await timed(() => ask(pair, offset, limit))).ms
      const first = await once()
      if (what === 'page of 50') context.measured({ name: `${name}, cold`, value: first, unit: 'ms' })
      tell(context, name, await inFlight(times, 1, once), way === 'from the provider' ? target : undefined)
    }
  }
}

function tell(context: Context, name: string, times: readonly number[], target: Target | undefined): void {
  context.measured({ name: `${name}, p50`, value: percentile(times, 0.5), unit: 'ms', ...(target && { target }) })
  context.measured({ name: `${name}, p95`, value: percentile(times, 0.95), unit: 'ms' })
}

/** As a peer asks: to the last byte of the answer. */
async function askProvider({ provider, consumer }: Pair, offset: number, limit: number): Promise<void> {
  const answer = await fetch(`${provider.protocolUrl}/catalog/request`, {
    method: 'POST',
    headers: { authorization: `Bearer ${consumer.tokenFor('provider')}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
      '@type': 'CatalogRequestMessage',
      filter: [{ '@type': 'QuerySpec', offset, limit }],
    }),
  })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`the catalogue was answered ${answer.status}: ${text}`)
}

async function askConsumer({ provider, consumer }: Pair, offset: number, limit: number): Promise<void> {
  await requestCatalog(consumer, provider, { offset, limit })
}
