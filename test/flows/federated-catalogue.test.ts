import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { negotiate, openShop } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

interface Found {
  readonly dataset?: readonly { readonly '@id': string }[]
  readonly [word: string]: unknown
}

const find = (who: Participant, query: object = {}) => post<readonly Found[]>(who, '/v3/catalogs/request', query)

/** Looks at once for whom we know, and at what they offer. */
async function look({ connector: { db, jobs } }: Participant): Promise<void> {
  await db.transaction(tx => jobs.ask(tx, { kind: 'crawl-known', key: 'all', queue: 'crawl-known' }))
  await jobs.drained()
}

t.test('a consumer keeps the catalogue of a provider that it has dealt with, and follows its changes', async t => {
  const lab = await startLab(t, {
    adjust: (config, part) =>
      part === 'consumer' ? { ...config, federation: { ...config.federation, participants: 'known' } } : config,
  })
  const { provider, consumer } = lab
  await openShop(lab)
  await look(consumer)
  t.same(await find(consumer), [])

  await negotiate(lab, 'day-ahead-prices')
  await look(consumer)
  const [first, ...others] = await find(consumer)
  t.same(others, [])
  t.match(first, { '@type': 'Catalog', participantId: provider.id, [`${EDC}stale`]: false })
  t.ok(first?.dataset?.some(each => each['@id'] === 'day-ahead-prices'))

  await look(consumer)
  const [same] = await find(consumer)
  t.equal(same?.[`${EDC}changedAt`], first?.[`${EDC}changedAt`], 'what has not changed is not written again')
  t.ok(Number(same?.[`${EDC}crawledAt`]) >= Number(first?.[`${EDC}crawledAt`]))

  const dataAddress = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  await post(provider, '/v3/assets', { '@id': 'news', properties: { name: 'News' }, dataAddress })
  const policies = { accessPolicyId: 'anybody', contractPolicyId: 'anybody' }
  const policy = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] }
  await post(provider, '/v3/policydefinitions', { '@id': 'anybody', policy })
  const assetsSelector = { operandLeft: 'id', operator: '=', operandRight: 'news' }
  await post(provider, '/v3/contractdefinitions', { '@id': 'news', ...policies, assetsSelector })
  await look(consumer)
  const name = { operandLeft: 'name', operator: '=', operandRight: 'News' }
  t.match(await find(consumer, { filterExpression: [name] }), [{ dataset: [{ '@id': 'news', hasPolicy: Array }] }])

  t.match(await get(consumer, '/v1/peers'), {
    items: [{ id: provider.id, stale: false, lastError: null, attempts: 0 }],
  })
  await provider.stop()
  await post(consumer, `/v1/peers/${encodeURIComponent(provider.id)}/crawl`, {})
  await consumer.connector.jobs.drained()
  t.match(await get(consumer, `/v1/peers/${encodeURIComponent(provider.id)}`), {
    stale: true,
    attempts: 1,
    lastError: String,
    crawledAt: String,
    nextAttempt: String,
  })
  t.match(await find(consumer), [{ [`${EDC}stale`]: true, [`${EDC}errorDetail`]: String }])
})
