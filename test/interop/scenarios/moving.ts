import { offerNew } from '../exchange.ts'
import { demand, type Scenario } from '../scenario.ts'

/** What an EDC has, as its management API lists it. */
const lists = ['policydefinitions', 'assets', 'contractdefinitions'] as const

interface Applied {
  readonly changes: readonly { readonly kind: string; readonly action: string }[]
}

/** From an EDC to a Kontor. */
export const moving: readonly Scenario[] = [
  {
    name: 'what an EDC has on offer is taken over as it lists it, and a second time changes nothing',
    async run(world) {
      const { edc, kontor } = world
      const { '@id': id } = await offerNew({ consumer: kontor, provider: edc }, world)
      const all = await Promise.all(
        lists.map(list => edc.api('POST', `/${list}/request`, { '@type': 'QuerySpec', limit: 10_000 })),
      )
      const graph = all.flat()
      demand(JSON.stringify(graph).includes(String(id)), `the EDC does not list ${id}`)
      const apply = async () => (await kontor.own('POST', '/v1/apply', { '@graph': graph })) as Applied
      const { changes } = await apply()
      demand(changes.length === graph.length, `${changes.length} of ${graph.length} are taken over`)
      const again = (await apply()).changes.filter(({ action }) => action !== 'none')
      demand(again.length === 0, `a second time changes ${again.map(({ kind }) => kind).join()}`)
    },
  },
]
