import { notFound } from '../../errors.ts'
import { compact, type Report } from '../../policy/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { type SimulationInput, shapes } from './shapes.ts'

type Services = Pick<Given, 'catalog' | 'knownParticipants' | 'now'>

/** What would happen if somebody asked for a dataset: who could have it, and why not the others. Nothing is changed by asking. */
export function simulationEndpoints({ catalog, knownParticipants, now }: Services): Endpoint[] {
  async function run({ dataset, participants, at }: SimulationInput) {
    if (!(await catalog.datasets.find(dataset))) throw notFound('dataset', dataset)
    const asked = participants?.map(({ id, claims }) => ({ id, claims: claims ?? claimsOf(id) })) ?? knownParticipants
    const judged = await catalog.simulate(dataset, asked, at === undefined ? now() : new Date(at))
    const items = asked.map(({ id }) => {
      const offers = judged
        .filter(({ participant }) => participant === id)
        .map(({ publicationId, access, contract }) => ({
          publication: publicationId,
          visible: show(access),
          contract: show(contract),
        }))
      return {
        participant: id,
        permitted: offers.some(({ visible, contract }) => visible.permitted && contract.permitted),
        offers,
      }
    })
    return { dataset, items }
  }

  const claimsOf = (id: string) => knownParticipants.find(known => known.id === id)?.claims ?? {}

  return [endpoint('post', '/simulate', shapes.simulation, ({ input }) => run(input))]
}

const show = (report: Report) => ({ permitted: report.permitted, report: compact(report) })
