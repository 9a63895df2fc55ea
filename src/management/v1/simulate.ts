import { invalid, notFound } from '../../errors.ts'
import { compact, type Participant, type Report } from '../../policy/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { simulationOperations } from './operations/simulate.ts'
import type { SimulationInput } from './shapes.ts'

type Services = Pick<Given, 'catalog' | 'knownParticipants' | 'transfers' | 'now'>

/** Whoever is asked about; `seenAt` is when the claims were last presented, null if they are configured, imagined, or none were. */
interface Asked extends Participant {
  readonly seenAt: Date | null
}

/** What would happen if somebody asked for a dataset: who could have it, and why not the others. Nothing is changed by asking. */
export function simulationEndpoints({ catalog, knownParticipants, transfers, now }: Services): Endpoint[] {
  async function run({ dataset, participants, at }: SimulationInput) {
    refuseTwice(participants ?? [])
    if (!(await catalog.datasets.find(dataset))) throw notFound('dataset', dataset)
    const known = await everybodyKnown()
    const asked = participants?.map(({ id, claims }) =>
      claims ? { id, claims, seenAt: null } : (known.get(id) ?? nobody(id)),
    ) ?? [...known.values()]
    const judged = await catalog.simulate(dataset, asked, at === undefined ? now() : new Date(at))
    const items = asked.map(({ id, seenAt }) => {
      const offers = judged
        .filter(({ participant }) => participant === id)
        .map(({ publicationId, access, contract }) => ({
          publication: publicationId,
          visible: show(access),
          contract: show(contract),
        }))
      return {
        participant: id,
        seenAt,
        permitted: offers.some(({ visible, contract }) => visible.permitted && contract.permitted),
        offers,
      }
    })
    return { dataset, items }
  }

  /** Those configured, and whom else we have dealt with, by what they presented last. */
  async function everybodyKnown(): Promise<ReadonlyMap<string, Asked>> {
    const known = new Map<string, Asked>(knownParticipants.map(each => [each.id, { ...each, seenAt: null }]))
    for (const seen of await transfers.counterparties()) if (!known.has(seen.id)) known.set(seen.id, seen)
    return known
  }

  const nobody = (id: string): Asked => ({ id, claims: {}, seenAt: null })

  return implement(simulationOperations, { simulate: ({ input }) => run(input) })
}

/** Judgements are told by the participant's id: of a thousand times the same one there would be a million. */
function refuseTwice(participants: readonly { readonly id: string }[]): void {
  const seen = new Set<string>()
  for (const [index, { id }] of participants.entries()) {
    if (seen.has(id))
      throw invalid('A participant is asked about twice.', {
        faults: [{ path: `/participants/${index}/id`, message: 'is there twice' }],
      })
    seen.add(id)
  }
}

const show = (report: Report) => ({ permitted: report.permitted, report: compact(report) })
