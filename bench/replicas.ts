import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fleet, startFleet } from '../test/support/fleet.ts'
import { negotiate, offerAll } from '../test/support/operator.ts'
import { inFlight, timed } from './support/numbers.ts'
import { offerFile, untilCount } from './support/pair.ts'
import type { Context, Part } from './support/part.ts'
import { type Server, startServer } from './support/server.ts'
import { usageOf } from './support/usage.ts'

/** Commands to the consumer's management API at the same time. */
const WIDTH = 32

/** Negotiations of one consumer with a provider of one, two, four control processes behind a load balancer, all on one database server. */
const part: Part = {
  name: 'replicas',
  async run(context) {
    const server = await startServer(join(context.directory, 'postgres'))
    try {
      let single: number | undefined
      for (const controls of context.quick ? [1, 2] : [1, 2, 4]) {
        const rate = await measure(context, server, controls)
        if (single !== undefined)
          context.measured({ name: `${controls} control processes to one`, value: rate / single, unit: '×' })
        single ??= rate
      }
    } finally {
      await server.stop()
    }
  },
}
export default part

async function measure(context: Context, server: Server, controls: number): Promise<number> {
  const directory = join(context.directory, `fleet-${controls}`)
  await mkdir(directory, { recursive: true })
  const databases = {
    provider: await server.create(`provider-${controls}`),
    consumer: await server.create(`consumer-${controls}`),
  }
  const fleet = await startFleet({ directory, databases, controls, datas: 0, built: true })
  try {
    return await negotiateMany(context, fleet, directory)
  } finally {
    await fleet.stop()
  }
}

async function negotiateMany(context: Context, fleet: Fleet, directory: string): Promise<number> {
  const { provider, consumer, controls } = fleet
  await offerAll(provider)
  const offer = await offerFile({ directory }, fleet)
  const [warm, count] = context.quick ? [10, 60] : [60, 300]
  const begin = (many: number) => inFlight(many, WIDTH, () => negotiate(consumer, provider, offer))
  await begin(warm)
  await untilCount(consumer, 'negotiations', 'FINALIZED', warm)

  const before = await spent(fleet)
  const { ms } = await timed(async () => {
    await begin(count)
    await untilCount(consumer, 'negotiations', 'FINALIZED', warm + count)
  })
  const after = await spent(fleet)
  const name = `${controls.length} control process${controls.length === 1 ? '' : 'es'}`
  const rate = (count * 1_000) / ms
  context.measured({ name: `${name}: negotiations, ${count} in flight`, value: rate, unit: '/s' })
  let total = 0
  for (const who of ['control processes', 'consumer', 'database server', 'balancer and this program'] as const) {
    const cpu = after[who] - before[who]
    total += cpu
    context.measured({ name: `${name}: CPU of ${who}`, value: cpu / count, unit: 'ms' })
  }
  context.remark(`${name}: ${(total / ms).toFixed(2)} cores were busy with it`)
  return rate
}

/** CPU milliseconds so far, by who has spent them. */
async function spent({ controls, consumer }: Fleet) {
  const [own, theirs, ...ours] = await Promise.all([process, consumer, ...controls].map(({ pid }) => usageOf(pid)))
  return {
    'control processes': ours.reduce((sum, usage) => sum + usage.connector.cpu, 0),
    consumer: theirs?.connector.cpu ?? 0,
    'database server': own?.database.cpu ?? 0,
    'balancer and this program': own?.connector.cpu ?? 0,
  }
}
