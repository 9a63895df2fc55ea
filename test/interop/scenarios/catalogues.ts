import { addAsset, addDefinition, readCatalog } from '../../support/v3.ts'
import { offerNew } from '../exchange.ts'
import { bothWays, demand, type Scenario } from '../scenario.ts'

const ID = 'https://w3id.org/edc/v0.0.1/ns/id'
const REGION = 'https://example.org/ns#region'

const criterion = (operandLeft: string, operator: string, operandRight: string) => ({
  filterExpression: [{ '@type': 'Criterion', operandLeft, operator, operandRight }],
})

/** Finding the other, and what it has. */
export const catalogues: readonly Scenario[] = [
  {
    name: 'Kontor consumes: the protocol address is found by the version document of the EDC',
    run: async ({ edc, kontor }) => {
      await readCatalog(kontor, { id: edc.id, protocolUrl: edc.base }, { limit: 1 })
    },
  },
  ...bothWays('a catalogue in pages, each dataset once', async ({ consumer, provider }, { source }) => {
    for (let n = 0; n < 7; n++) await addAsset(provider, { id: `page-${n}`, source: { baseUrl: source.url } })
    await addDefinition(provider, { id: 'pages' }, ['like', 'page-%'])
    const found: string[] = []
    for (const [offset, size] of [
      [0, 3],
      [3, 3],
      [6, 1],
    ] as const) {
      const page = await readCatalog(consumer, provider, { offset, limit: 3, ...criterion(ID, 'like', 'page-%') })
      demand(page.length === size, `the page from ${offset} has ${page.length} datasets`)
      found.push(...page.map(({ '@id': id }) => id))
    }
    demand(new Set(found).size === 7, `seven datasets come as ${found.join(', ')}`)
  }),
  ...bothWays('a catalogue with a filter on a property of its own', async ({ consumer, provider }, { source }) => {
    for (const [id, region] of Object.entries({ 'farm-1': 'north', 'farm-2': 'south', 'farm-3': 'north' }))
      await addAsset(provider, { id, source: { baseUrl: source.url }, properties: { [REGION]: region } })
    await addDefinition(provider, { id: 'farms' }, ['like', 'farm-%'])
    const found = await readCatalog(consumer, provider, criterion(REGION, '=', 'north'))
    const ids = found.map(({ '@id': id }) => id).sort()
    demand(ids.join() === 'farm-1,farm-3', `the filter finds ${ids.join()}`)
  }),
  ...bothWays('a dataset with properties of its own', async (pair, world) => {
    const properties = { [REGION]: 'west', 'https://example.org/ns#turbines': 17, description: 'Wind, and “more”' }
    const text = JSON.stringify(await offerNew(pair, world, { properties }))
    for (const word of ['west', '17', 'Wind, and “more”']) demand(text.includes(word), `${text} is without ${word}`)
  }),
]
