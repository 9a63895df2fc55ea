import {
  addAsset,
  addDefinition,
  fetchData,
  type Json,
  negotiate,
  readCatalog,
  readEdr,
  transfer,
  until,
} from '../support/v3.ts'
import { agree, agreementOf, demandReason, offerNew, orderBoth, startTransfer } from './exchange.ts'
import { bothWays, demand, type Scenario } from './scenario.ts'
import { DATA } from './source.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const REGION = 'https://example.org/ns#region'

/** What policies may be made of; the words stand in the agreement of both sides in the end. */
// biome-ignore format: a table is read by its columns
const policies: Readonly<Record<string, { permission: readonly Json[]; words: readonly string[] }>> = {
  'a constraint of time': {
    permission: [{ action: 'use', constraint: [{ leftOperand: `${EDC}inForceDate`, operator: 'gteq', rightOperand: 'contractAgreement+0s' }] }],
    words: ['inForceDate', 'gteq', 'contractAgreement+0s'],
  },
  'several constraints': {
    permission: [{ action: 'use', constraint: [
      { leftOperand: `${EDC}inForceDate`, operator: 'gteq', rightOperand: 'contractAgreement+0s' },
      { leftOperand: `${EDC}inForceDate`, operator: 'lteq', rightOperand: 'contractAgreement+365d' } ] }],
    words: ['contractAgreement+0s', 'contractAgreement+365d'],
  },
  'alternatives': {
    permission: [{ action: 'use', constraint: [{ or: [
      { leftOperand: `${EDC}inForceDate`, operator: 'lteq', rightOperand: 'contractAgreement+10d' },
      { leftOperand: `${EDC}inForceDate`, operator: 'gteq', rightOperand: 'contractAgreement+0s' } ] }] }],
    words: ['contractAgreement+10d', 'contractAgreement+0s'],
  },
}

const agreements: Scenario[] = Object.entries(policies).flatMap(([what, { permission, words }]) =>
  bothWays(`an agreement with ${what}`, async (pair, world) => {
    const negotiation = await agree(pair, world, { permission })
    const kept = JSON.stringify(await agreementOf(pair.consumer, negotiation['@id']))
    for (const word of words) demand(kept.includes(word), `${pair.consumer.id} keeps ${kept}, without ${word}`)
  }),
)

const ends = (['consumer', 'provider'] as const).flatMap(by => [
  ...bothWays(`a transfer that the ${by} suspends and resumes`, async (pair, world) => {
    const ids = await startTransfer(pair, world)
    const before = await readEdr(pair.consumer, ids.consumer)
    await orderBoth(pair, ids, by, 'suspend')
    await demandClosed(before)
    await orderBoth(pair, ids, by, 'resume')
    const after = await readEdr(pair.consumer, ids.consumer)
    demand((await (await fetchData(after)).text()) === DATA, 'the data comes again')
  }),
  ...bothWays(`a transfer that the ${by} ends`, async (pair, world) => {
    const ids = await startTransfer(pair, world)
    const way = await readEdr(pair.consumer, ids.consumer)
    await orderBoth(pair, ids, by, 'terminate')
    await demandClosed(way)
  }),
])

/** An EDC ends a token up to a second after both sides have taken the transfer for ended. */
async function demandClosed(way: { endpoint: string; authorization: string }): Promise<void> {
  const end = performance.now() + 5_000
  for (;;) {
    const { status } = await fetchData(way)
    if (status === 401 || status === 403) return
    demand(performance.now() < end, `the data is still answered with ${status}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'Kontor finds the protocol address by the version document of the EDC',
    async run({ edc, kontor }) {
      await readCatalog(kontor, { id: edc.id, protocolUrl: edc.base }, { limit: 1 })
    },
  },
  ...bothWays('a catalogue in pages, each dataset once', async ({ consumer, provider }, { source }) => {
    for (let n = 0; n < 7; n++)
      await addAsset(provider, {
        id: `page-${n}`,
        source: { baseUrl: source.url },
        properties: { [REGION]: n < 3 ? 'north' : 'south' },
      })
    await addDefinition(provider, { id: 'pages' }, ['like', 'page-%'])
    const filterExpression = [
      { '@type': 'Criterion', operandLeft: `${EDC}id`, operator: 'like', operandRight: 'page-%' },
    ]
    const found: string[] = []
    for (let offset = 0; offset < 9; offset += 3) {
      const page = await readCatalog(consumer, provider, { offset, limit: 3, filterExpression })
      demand(page.length === (offset < 6 ? 3 : 1), `the page from ${offset} has ${page.length} datasets`)
      found.push(...page.map(({ '@id': id }) => id))
    }
    demand(new Set(found).size === 7, `seven datasets come as ${found.join(', ')}`)
  }),
  ...bothWays('a catalogue with a filter on a property of its own', async ({ consumer, provider }) => {
    const filterExpression = [{ '@type': 'Criterion', operandLeft: REGION, operator: '=', operandRight: 'north' }]
    const found = (await readCatalog(consumer, provider, { filterExpression })).map(({ '@id': id }) => id).sort()
    demand(found.join() === 'page-0,page-1,page-2', `the filter finds ${found.join()}`)
  }),
  ...bothWays('a dataset with properties of its own', async (pair, world) => {
    const properties = { [REGION]: 'west', 'https://example.org/ns#turbines': 17, description: 'Wind, and “more”' }
    const dataset = await offerNew(pair, world, { properties })
    const text = JSON.stringify(dataset)
    for (const word of ['west', '17', 'Wind, and “more”']) demand(text.includes(word), `${text} is without ${word}`)
  }),
  ...agreements,
  ...bothWays('a contract, and data pulled under it', async (pair, world) => {
    const ids = await startTransfer(pair, world)
    const answer = await fetchData(await readEdr(pair.consumer, ids.consumer))
    demand((await answer.text()) === DATA, `the data comes with ${answer.status}`)
  }),
  ...bothWays('data pushed', async (pair, world) => {
    const { contractAgreementId = '' } = await agree(pair, world)
    const path = `/pushed-by-${pair.provider.id}`
    const id = await transfer(pair.consumer, pair.provider, contractAgreementId, {
      baseUrl: `${world.source.url}${path}`,
    })
    demand((await world.source.received(path)) === DATA, 'what was pushed is what there is')
    await until(pair.consumer, 'transferprocesses', id, ['COMPLETED', 'DEPROVISIONED'])
  }),
  ...ends,
  {
    name: 'Kontor consumes: an offer that the EDC does not know ends with its reason',
    async run(world) {
      const pair = { consumer: world.kontor, provider: world.edc }
      const dataset = await offerNew(pair, world)
      const id = await negotiate(world.kontor, world.edc, dataset, { '@id': 'bm9uZQ==:bm9uZQ==:bm9uZQ==' })
      await demandReason(world.kontor, id, /not found/i)
    },
  },
  {
    name: 'EDC consumes: terms that its participant does not meet are refused, with the reason',
    async run(world) {
      const pair = { consumer: world.edc, provider: world.kontor }
      const constraint = [{ leftOperand: 'dateTime', operator: 'lt', rightOperand: '2020-01-01T00:00:00Z' }]
      const dataset = await offerNew(pair, world, {
        permission: [{ action: 'use', constraint }],
        access: [{ action: 'use' }],
      })
      const id = await negotiate(world.edc, world.kontor, dataset)
      await demandReason(world.edc, id, /permit/)
    },
  },
]
