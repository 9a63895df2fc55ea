import { negotiate, transfer } from '../test/support/operator.ts'
import { inFlight, percentile, timed } from './support/numbers.ts'
import { type Item, offerFile, type Pair, untilCount, untilState, withPair } from './support/pair.ts'
import type { Context, Part } from './support/part.ts'
import { usageOf } from './support/usage.ts'

/** Commands to the management API at the same time, when many are given at once. */
const WIDTH = 32

/** Negotiations to FINALIZED and transfers to STARTED, as the consumer's operator sees them, one at a time and many at once. */
const part: Part = {
  name: 'negotiation',
  run: context =>
    withPair(context, async pair => {
      const offer = await offerFile(context, pair)
      const { consumer, provider } = pair
      const negotiations = kind('negotiations', 'FINALIZED', () => negotiate(consumer, provider, offer))
      const [alone, rounds, many] = context.quick ? [10, 1, 100] : [50, 3, 300]

      const warm = await onAtATime(pair, negotiations, 10)
      const [{ agreementId }] = warm.items as [Item]
      const transfers = kind('transfers', 'STARTED', () => transfer(consumer, provider, agreementId ?? ''))
      for (const each of [negotiations, transfers]) {
        const { times } = await onAtATime(pair, each, alone)
        tellTimes(context, `${each.one} alone`, times, each === negotiations ? { atMost: 40 } : undefined)
      }
      let done = { negotiations: 10 + alone, transfers: alone }
      for (let round = 1; round <= rounds; round++) {
        for (const each of [negotiations, transfers]) {
          const figures = await manyAtOnce(pair, each, many, done[each.what])
          done = { ...done, [each.what]: done[each.what] + many }
          // The earlier rounds warm up.
          if (round === rounds) tellMany(context, each, many, figures)
        }
        if (done.negotiations >= 600 && done.negotiations - many < 600)
          await tellMemory(context, pair, done.negotiations)
      }
    }),
}
export default part

interface Kind {
  readonly one: string
  readonly what: 'negotiations' | 'transfers'
  readonly goal: string
  begin(): Promise<string>
}
const kind = (what: Kind['what'], goal: string, begin: () => Promise<string>): Kind => ({
  one: what.slice(0, -1),
  what,
  goal,
  begin,
})

async function onAtATime({ consumer }: Pair, { what, goal, begin }: Kind, count: number) {
  const all = await inFlight(count, 1, () => timed(async () => untilState(consumer, what, await begin(), goal)))
  return { times: all.map(({ ms }) => ms), items: all.map(({ result }) => result) }
}

/** All are begun as fast as the API takes them, and then in flight together, until the last has reached its goal. */
async function manyAtOnce({ consumer, spending }: Pair, { what, goal, begin }: Kind, count: number, before: number) {
  const begun = new Map<string, number>()
  const { result, ...spent } = await spending(() =>
    timed(async () => {
      await inFlight(count, WIDTH, async () => {
        const at = Date.now()
        begun.set(await begin(), at)
      })
      return untilCount(consumer, what, goal, before + count)
    }),
  )
  // Each by the time its last message was booked at the consumer: asking for each of them would be a load of its own.
  const times = result.result.flatMap(({ id, updatedAt }) => {
    const at = begun.get(id)
    return at === undefined ? [] : [Date.parse(updatedAt) - at]
  })
  return { ms: result.ms, times, spent }
}

type Figures = Awaited<ReturnType<typeof manyAtOnce>>

function tellMany(context: Context, { one, what }: Kind, count: number, { ms, times, spent }: Figures): void {
  const target = what === 'negotiations' ? { target: { atLeast: 100 } } : {}
  context.measured({ name: `${what}, ${count} in flight`, value: (count * 1_000) / ms, unit: '/s', ...target })
  tellTimes(context, `${one}, ${count} in flight`, times)
  const cpu = (name: string, value: number) =>
    context.measured({ name: `${one}, CPU of ${name}`, value: value / count, unit: 'ms' })
  cpu('both connectors', spent.connector)
  cpu('both databases', spent.database)
}

function tellTimes(context: Context, name: string, times: readonly number[], p50?: { atMost: number }): void {
  context.measured({ name: `${name}, p50`, value: percentile(times, 0.5), unit: 'ms', ...(p50 && { target: p50 }) })
  context.measured({ name: `${name}, p95`, value: percentile(times, 0.95), unit: 'ms' })
}

async function tellMemory(context: Context, { provider, consumer }: Pair, count: number): Promise<void> {
  for (const { id, pid } of [provider, consumer])
    context.measured({
      name: `memory of the ${id} after ${count} of both`,
      value: (await usageOf(pid)).connector.rss,
      unit: 'MiB',
      target: { atMost: 160 },
    })
}
