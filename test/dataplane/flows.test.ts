import t from 'tap'
import { createFlows, flowOpener } from '../../src/dataplane/flows.ts'
import type { Flow } from '../../src/dataplane/types.ts'
import { createAddressSeal, createSourceSeal } from '../../src/signaling/index.ts'
import { glassSafe } from '../support/safe.ts'

const flow: Flow = {
  id: 'flow-1',
  state: 'started',
  reason: null,
  generation: 1,
  counterparty: 'consumer',
  datasetId: 'dataset-1',
  format: 'HttpData-PULL',
  source: { type: 'HttpData', baseUrl: 'http://source.example/' },
  destination: null,
}

/** Flows over a database that counts its questions. */
function counted(answer: () => Promise<Flow | undefined>, trust = 60_000) {
  const asked: string[] = []
  const find = (id: string) => {
    asked.push(id)
    return answer()
  }
  const flows = createFlows(
    find,
    trust,
    flowOpener({ sourceSeal: createSourceSeal(glassSafe), addressSeal: createAddressSeal(glassSafe) }),
  )
  return { flows, asked }
}

t.test('a flow is asked for once, however many want it', async t => {
  const { flows, asked } = counted(async () => flow)
  await Promise.all([1, 2, 3].map(() => flows.find('flow-1')))
  t.match(await flows.find('flow-1'), { id: 'flow-1', source: { type: 'HttpData', method: 'GET' } })
  t.same(asked, ['flow-1'])
})

t.test('what is forgotten is asked for again, also when the question was under way', async t => {
  const answers = [flow, { ...flow, state: 'suspended' as const }]
  const { flows } = counted(async () => answers.shift())
  const early = flows.find('flow-1')
  flows.forget('flow-1')
  t.match(await flows.find('flow-1'), { state: 'suspended' })
  t.match(await early, { state: 'started' })
  t.match(await flows.find('flow-1'), { state: 'suspended' }, 'the early answer has not come back in')
})

t.test('without news a flow is not believed for ever', async t => {
  const { flows, asked } = counted(async () => flow, 0)
  await flows.find('flow-1')
  await flows.find('flow-1')
  t.equal(asked.length, 2)
})

t.test('an error is nothing to remember', async t => {
  const answers = [Promise.reject(new Error('away')), Promise.resolve(flow)]
  const { flows } = counted(() => answers.shift() ?? Promise.resolve(undefined))
  await t.rejects(flows.find('flow-1'), { message: 'away' })
  t.match(await flows.find('flow-1'), { id: 'flow-1' })
})

t.test('a source that makes no sense any more does not hide its flow', async t => {
  const { flows } = counted(async () => ({ ...flow, source: { type: 'HttpData', baseUrl: 'nowhere' } }))
  t.match(await flows.find('flow-1'), { state: 'started', source: undefined })
})
