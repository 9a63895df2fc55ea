import { setTimeout as sleep } from 'node:timers/promises'
import { type Connector, type Dataset, negotiate, show, stateOf } from '../../support/v3.ts'
import { offerNew } from '../exchange.ts'
import { demand, type Scenario } from '../scenario.ts'
import type { Pair, World } from '../world.ts'

const NEGOTIATIONS = 'contractnegotiations'
/** An EDC that was killed holds what it was working on for a minute after it is back. */
const PATIENCE = 180_000

/** Negotiations of one direction. */
interface Crowd {
  readonly pair: Pair
  readonly dataset: Dataset
  readonly ids: string[]
}

async function crowds(world: World): Promise<readonly Crowd[]> {
  const pairs = [
    { consumer: world.kontor, provider: world.edc },
    { consumer: world.edc, provider: world.kontor },
  ]
  return Promise.all(pairs.map(async pair => ({ pair, dataset: await offerNew(pair, world), ids: [] })))
}

/** Begins so many, eight at a time. */
async function begin({ pair, dataset, ids }: Crowd, count: number): Promise<void> {
  const one = async () => void ids.push(await negotiate(pair.consumer, pair.provider, dataset))
  for (let begun = 0; begun < count; begun += 8)
    await Promise.all(Array.from({ length: Math.min(8, count - begun) }, one))
}

const isOver = (state: string): boolean => state === 'FINALIZED' || state === 'TERMINATED'

/** The states of some negotiations at one side, when all are over. Throws if that takes too long. */
async function outcomes(side: Connector, ids: readonly string[]): Promise<string[]> {
  const states = new Map<string, string>()
  for (const end = performance.now() + PATIENCE; states.size < ids.length; await sleep(200)) {
    for (const id of ids) {
      if (states.has(id)) continue
      const state = await stateOf(side, NEGOTIATIONS, id)
      if (!isOver(state)) break
      states.set(id, state)
    }
    demand(performance.now() < end, `at ${side.id} ${ids.length - states.size} of ${ids.length} are not over`)
  }
  return ids.map(id => states.get(id) ?? '')
}

/** How the negotiations of a crowd have ended on both sides: alike. How many came to an agreement. */
async function settle({ pair: { consumer, provider }, ids }: Crowd): Promise<number> {
  const ours = await outcomes(consumer, ids)
  const shown = await Promise.all(ids.map(id => show(consumer, NEGOTIATIONS, id)))
  const known = shown.flatMap(({ correlationId = [] }) => correlationId)
  const theirs = await outcomes(provider, known)
  for (const [index, { correlationId }] of shown.entries()) {
    const other = correlationId === undefined ? 'TERMINATED' : theirs[known.indexOf(correlationId)]
    demand(ours[index] === other, `${consumer.id} has ${ids[index]} ${ours[index]}, and ${provider.id} ${other}`)
  }
  return ours.filter(state => state === 'FINALIZED').length
}

/** Many at once, and those who fall over meanwhile. */
export const crowdScenes: readonly Scenario[] = [
  {
    name: 'both consume: 100 negotiations in flight each way all come to an agreement',
    async run(world) {
      const all = await crowds(world)
      await Promise.all(all.map(crowd => begin(crowd, 100)))
      for (const crowd of all) {
        const agreed = await settle(crowd)
        demand(agreed === 100, `${crowd.pair.consumer.id} came to ${agreed} agreements of 100`)
      }
    },
  },
  {
    name: 'both consume: each is killed while 20 negotiations are in flight each way, and all end alike on both sides',
    async run(world) {
      const all = await crowds(world)
      await Promise.all(all.map(crowd => begin(crowd, 20)))
      await world.edc.kill()
      await world.edc.start()
      await Promise.all(all.map(crowd => begin(crowd, 4)))
      await world.kontor.kill(true)
      await world.kontor.start()
      let agreed = 0
      for (const crowd of all) agreed += await settle(crowd)
      demand(agreed >= 40, `only ${agreed} of 48 came to an agreement`)
    },
  },
]
