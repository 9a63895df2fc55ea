import { endNegotiation, idOfPeer, type Json, negotiate, until } from '../../support/v3.ts'
import { demandEnded, demandReason, offerNew } from '../exchange.ts'
import type { Scenario } from '../scenario.ts'
import type { Pair, World } from '../world.ts'

const kontorConsumes = ({ kontor, edc }: World): Pair => ({ consumer: kontor, provider: edc })
const edcConsumes = ({ kontor, edc }: World): Pair => ({ consumer: edc, provider: kontor })

const NEGOTIATIONS = 'contractnegotiations'
const before = (date: string): readonly Json[] => [
  { action: 'use', constraint: [{ leftOperand: 'odrl:dateTime', operator: 'lt', rightOperand: date }] },
]

/** An EDC asks us for other terms than those on offer, and a person here has to decide; the ids of both sides. */
async function askForMore(world: World) {
  const { consumer, provider } = edcConsumes(world)
  const dataset = await offerNew({ consumer, provider }, world)
  const asked = await negotiate(consumer, provider, dataset, { permission: before('2099-01-01T00:00:00Z') })
  await until(consumer, NEGOTIATIONS, asked, ['REQUESTED'])
  return { dataset, asked, heard: await idOfPeer(consumer, NEGOTIATIONS, asked) }
}

const path = (id: string, what: string) => `/v1/negotiations/${encodeURIComponent(id)}/${what}`

/**
 * Negotiations that do not come to an agreement, as both sides know. Why, a peer of ours is told in the message; an EDC that was told keeps
 * no note of it that its management API would show.
 */
export const refusals: readonly Scenario[] = [
  {
    name: 'Kontor consumes: an offer that the EDC does not know ends with its reason',
    async run(world) {
      const { consumer, provider } = kontorConsumes(world)
      const dataset = await offerNew({ consumer, provider }, world)
      const id = await negotiate(consumer, provider, dataset, { '@id': 'bm9uZQ==:bm9uZQ==:bm9uZQ==' })
      await demandReason(consumer, id, /not found/i)
    },
  },
  {
    name: 'Kontor consumes: other terms than those asked for are not taken, and the EDC is told so',
    async run(world) {
      const { consumer, provider } = kontorConsumes(world)
      const dataset = await offerNew({ consumer, provider }, world)
      const id = await negotiate(consumer, provider, dataset, { permission: before('2099-01-01T00:00:00Z') })
      await until(consumer, NEGOTIATIONS, id, ['TERMINATED'])
      await demandReason(provider, await idOfPeer(consumer, NEGOTIATIONS, id), /not what was negotiated/)
    },
  },
  {
    name: 'Kontor consumes: it withdraws its request, and the EDC knows',
    async run(world) {
      const { consumer, provider } = kontorConsumes(world)
      const id = await negotiate(consumer, provider, await offerNew({ consumer, provider }, world))
      await until(consumer, NEGOTIATIONS, id, ['REQUESTED'], { every: 1 })
      await endNegotiation(consumer, id, 'no longer wanted')
      await demandEnded(provider, await idOfPeer(consumer, NEGOTIATIONS, id))
    },
  },
  {
    name: 'EDC consumes: terms that it does not meet are refused',
    async run(world) {
      const { consumer, provider } = edcConsumes(world)
      const offering = { permission: before('2020-01-01T00:00:00Z'), access: [{ action: 'use' }] }
      const id = await negotiate(consumer, provider, await offerNew({ consumer, provider }, world, offering))
      await demandEnded(consumer, id)
      await demandReason(provider, await idOfPeer(consumer, NEGOTIATIONS, id), /not permitted/)
    },
  },
  {
    name: 'EDC consumes: a person refuses the terms it asks for',
    async run(world) {
      const { asked, heard } = await askForMore(world)
      await endNegotiation(world.kontor, heard, 'these terms are too wide')
      await demandEnded(world.edc, asked)
      await demandReason(world.kontor, heard, /too wide/)
    },
  },
  {
    name: 'EDC consumes: it withdraws its request, and Kontor knows why',
    async run(world) {
      const { asked, heard } = await askForMore(world)
      await endNegotiation(world.edc, asked, 'no longer wanted')
      await demandReason(world.kontor, heard, /no longer wanted/)
    },
  },
  {
    name: 'EDC consumes: a counter-offer, to which an EDC has no answer, is withdrawn in a way that it understands',
    async run(world) {
      const { dataset, asked, heard } = await askForMore(world)
      const [offered] = dataset.hasPolicy
      await world.kontor.own('POST', path(heard, 'counter'), { offer: { ...offered, target: dataset['@id'] } })
      await until(world.edc, NEGOTIATIONS, asked, ['OFFERED'])
      await endNegotiation(world.kontor, heard, 'nobody has answered')
      await demandEnded(world.edc, asked)
    },
  },
]
