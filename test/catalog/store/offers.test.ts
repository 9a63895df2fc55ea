import fc from 'fast-check'
import t from 'tap'
import type { Catalog, Criterion } from '../../../src/catalog/index.ts'
import type { Database } from '../../../src/db/index.ts'
import { http, openCatalog } from '../world.ts'

interface Model {
  readonly datasets: Map<string, { kind: string; size: number }>
  readonly publications: Map<string, { access: string; contract: string; selector: readonly Criterion[] }>
}

const datasetId = fc.constantFrom('d1', 'd2', 'd:3', 'd/4 ü')
const publicationId = fc.constantFrom('p1', 'p:2', 'p3')
const policyId = fc.constantFrom('one', 'two')
const described = fc.record({ kind: fc.constantFrom('wind', 'sun'), size: fc.integer({ min: 1, max: 4 }) })
const criterion: fc.Arbitrary<Criterion> = fc.oneof(
  fc.record({ operandLeft: fc.constant('id'), operator: fc.constant('='), operandRight: datasetId }),
  fc.record({
    operandLeft: fc.constant('@id'),
    operator: fc.constant('in'),
    operandRight: fc.array(datasetId, { maxLength: 3 }),
  }),
  fc.record({
    operandLeft: fc.constant('kind'),
    operator: fc.constantFrom('=', '!='),
    operandRight: fc.constantFrom('wind', 'sun'),
  }),
  fc.record({
    operandLeft: fc.constant('size'),
    operator: fc.constantFrom('<', '>='),
    operandRight: fc.integer({ min: 1, max: 4 }),
  }),
)
const published = fc.record({ access: policyId, contract: policyId, selector: fc.array(criterion, { maxLength: 2 }) })
const change = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('dataset' as const), datasetId, described) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('publication' as const), publicationId, published) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('no dataset' as const), datasetId) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('no publication' as const), publicationId) },
)

/** What a selector says, without PostgreSQL. */
function fits(
  id: string,
  dataset: { kind: string; size: number },
  { operandLeft, operator, operandRight }: Criterion,
): boolean {
  const left = operandLeft === 'kind' ? dataset.kind : operandLeft === 'size' ? dataset.size : id
  if (operator === 'in') return Array.isArray(operandRight) && operandRight.includes(left)
  if (operator === '<') return Number(left) < Number(operandRight)
  if (operator === '>=') return Number(left) >= Number(operandRight)
  return (left === operandRight) === (operator === '=')
}

function expected({ datasets, publications }: Model): string[] {
  const offers = [...publications].flatMap(([publication, { access, contract, selector }]) =>
    [...datasets]
      .filter(([id, dataset]) => selector.every(criterion => fits(id, dataset, criterion)))
      .map(([id]) =>
        [id, publication, access, contract, [publication, id].map(encodeURIComponent).join(':')].join('|'),
      ),
  )
  return offers.sort()
}

async function standing(db: Database): Promise<string[]> {
  const rows = await db.query<{ offer: string }>(
    `select concat_ws('|', dataset_id, publication_id, access_policy_id, contract_policy_id, name) as offer from offer`,
  )
  return rows.map(({ offer }) => offer).sort()
}

async function apply(catalog: Catalog, model: Model, [what, id, content]: [string, string, unknown?]): Promise<void> {
  if (what === 'no dataset' && model.datasets.delete(id)) await catalog.datasets.remove(id)
  if (what === 'no publication' && model.publications.delete(id)) await catalog.publications.remove(id)
  if (what === 'dataset') {
    const dataset = content as { kind: string; size: number }
    const draft = { id, properties: dataset, source: http }
    await (model.datasets.has(id) ? catalog.datasets.replace(draft) : catalog.datasets.create(draft))
    model.datasets.set(id, dataset)
  }
  if (what === 'publication') {
    const publication = content as { access: string; contract: string; selector: Criterion[] }
    const draft = {
      id,
      accessPolicyId: publication.access,
      contractPolicyId: publication.contract,
      selector: publication.selector,
    }
    await (model.publications.has(id) ? catalog.publications.replace(draft) : catalog.publications.create(draft))
    model.publications.set(id, publication)
  }
}

t.test('after whatever changes, exactly what the selectors say is on offer', async t => {
  const { catalog, db } = await openCatalog(t)
  for (const id of ['one', 'two']) await catalog.policies.create({ id, policy: {} })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async changes => {
      await db.query('delete from dataset')
      await db.query('delete from publication')
      const model: Model = { datasets: new Map(), publications: new Map() }
      for (const one of changes) {
        await apply(catalog, model, one)
        t.same(await standing(db), expected(model))
      }
    }),
    { numRuns: 30 },
  )
})

t.test('datasets and publications written at the same time see each other', async t => {
  const { catalog, db } = await openCatalog(t)
  await catalog.policies.create({ id: 'one', policy: {} })
  const ids = Array.from({ length: 10 }, (_, at) => `x${at}`)
  await Promise.all(
    ids.flatMap(id => [
      catalog.datasets.create({ id, properties: {}, source: http }),
      catalog.publications.create({ id, accessPolicyId: 'one', contractPolicyId: 'one', selector: [] }),
    ]),
  )
  t.equal((await standing(db)).length, ids.length * ids.length)
})
