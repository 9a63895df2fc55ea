import { createCatalog } from '../src/catalog/index.ts'
import { openDatabase } from '../src/db/index.ts'
import { inFlight, median, timed } from './support/numbers.ts'
import type { Context, Part } from './support/part.ts'

type Catalog = ReturnType<typeof createCatalog>

/** What access policies cost: the whole catalogue for somebody whom fifty different ones let in, against fifty times the same open one. */
const part: Part = {
  name: 'catalog-policies',
  async run(context) {
    const db = await openDatabase({ url: undefined, connections: 8, directory: context.directory, log: () => {} })
    try {
      const catalog = createCatalog({
        db,
        participantId: 'provider',
        endpointUrl: () => 'http://provider.example',
        formatsOf: () => ['HttpData-PULL'],
        sealSource: source => source,
        isBound: async () => false,
        now: () => new Date(),
      })
      await measureFiltering(context, catalog)
    } finally {
      await db.close()
    }
  },
}
export default part

const POLICIES = 50

async function measureFiltering(context: Context, catalog: Catalog): Promise<void> {
  const [size, times] = context.quick ? [1_000, 5] : [10_000, 21]
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  await inFlight(size, 8, index =>
    catalog.datasets.create({ id: `dataset-${index}`, properties: { region: `region ${index % POLICIES}` }, source }),
  )
  await catalog.policies.create({ id: 'open', policy: {} })
  await inFlight(POLICIES, 1, async index => {
    await catalog.policies.create({ id: `access-${index}`, policy: policyOf(index) })
    await catalog.publications.create(publication(index, 'open'))
  })
  const without = await whole(catalog, times)
  await inFlight(POLICIES, 1, index => catalog.publications.replace(publication(index, `access-${index}`)))
  const filtered = await whole(catalog, times)
  const name = `${size.toLocaleString('en')} datasets`
  context.measured({ name: `${name}, one open policy`, value: without, unit: 'ms' })
  context.measured({ name: `${name}, ${POLICIES} different policies that all let in`, value: filtered, unit: 'ms' })
  context.measured({
    name: `${name}, what the policies cost`,
    value: filtered - without,
    unit: 'ms',
    target: { atMost: 30 },
  })
}

const publication = (index: number, accessPolicyId: string) => ({
  id: `publication-${index}`,
  accessPolicyId,
  contractPolicyId: 'open',
  selector: [{ operandLeft: 'region', operator: '=', operandRight: `region ${index}` }],
})

/** Ten conditions that the asking participant meets, in different words for each policy. */
const policyOf = (index: number) => ({
  permission: [
    {
      action: 'use',
      constraint: [
        { leftOperand: 'urn:kontor:group', operator: 'isAnyOf', rightOperand: ['partners', `group-${index}`] },
        ...Array.from({ length: 9 }, (_, at) => ({
          leftOperand: 'dateTime',
          operator: 'gteq',
          rightOperand: `20${String(10 + at)}-01-${String(1 + (index % 28)).padStart(2, '0')}T00:00:00Z`,
        })),
      ],
    },
  ],
})

/** Milliseconds for the whole catalogue, to the last piece; the median of several. */
async function whole(catalog: Catalog, times: number): Promise<number> {
  const asker = { id: 'consumer', claims: { groups: ['partners'] } }
  const read = async () => {
    const page = await catalog.page(asker, { filter: [{ '@type': 'QuerySpec', offset: 0, limit: 10_000 }] })
    let length = 0
    for await (const piece of page.pieces) length += piece.length
    if (page.size === 0 || length === 0) throw new Error('the catalogue is empty')
  }
  await read()
  return median(await inFlight(times, 1, async () => (await timed(read)).ms))
}
