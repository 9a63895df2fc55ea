import { freeUrl } from '../../support/ports.ts'
import { demand, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'

interface Examination {
  readonly peer: { readonly address: string | null }
  readonly healthy: boolean
  readonly checks: readonly {
    readonly check: string
    readonly outcome: string
    readonly side: string | null
    readonly finding: string
  }[]
}

/** What our doctor says of somebody. */
const examine = async ({ kontor }: World, peer: string, address: string): Promise<Examination> =>
  (await kontor.own('POST', '/v1/doctor', { peer, address })) as Examination

/** The first check that is ill, or in doubt, must be that one, on that side. */
async function demandIll(
  world: World,
  [peer, address]: readonly [string, string],
  check: string,
  side: string,
): Promise<void> {
  const { healthy, checks } = await examine(world, peer, address)
  const first = checks.find(({ outcome }) => outcome === 'ill' || outcome === 'doubtful')
  demand(!healthy && first !== undefined, `nothing is found at ${address}`)
  demand(
    first.check === check && first.side === side,
    `${first.check} is ${first.outcome} (${first.side}): ${first.finding}`,
  )
}

/** What the doctor says of an EDC: of one with whom all is well, and of the commonest mistakes. */
export const examinations: readonly Scenario[] = [
  {
    name: 'the doctor finds nothing wrong with an EDC, by its root and by its protocol URL',
    async run(world) {
      for (const address of [world.edc.base, world.edc.protocolUrl]) {
        const { healthy, checks, peer } = await examine(world, world.edc.id, address)
        const doubts = checks.filter(
          ({ outcome, check }) => outcome !== 'well' && outcome !== 'skipped' && check !== 'catalog',
        )
        demand(healthy && doubts.length === 0, doubts.map(({ finding }) => finding).join(' '))
        demand(peer.address === world.edc.protocolUrl, `it is examined at ${peer.address}`)
      }
    },
  },
  {
    name: 'the doctor finds that there is nothing at a wrong path of an EDC',
    run: world => demandIll(world, [world.edc.id, new URL('/wrong', world.edc.base).href], 'versions', 'between'),
  },
  {
    name: 'the doctor finds that an EDC is named by an id that nobody here knows',
    run: world => demandIll(world, ['somebody', world.edc.protocolUrl], 'own-token', 'ours'),
  },
  {
    name: 'the doctor finds that no EDC listens there',
    run: async world => demandIll(world, [world.edc.id, `${await freeUrl()}/protocol`], 'connection', 'theirs'),
  },
]
