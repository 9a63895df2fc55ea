import { get, post } from '../../src/lab/api.ts'
import type { Lab } from '../../src/lab/index.ts'

/** What is listed, and by what paths of one of them begin: `v3` and `v4` have the same ids. */
// biome-ignore format: a table is read by its columns
const lists: readonly (readonly [list: string, beginnings: readonly string[]])[] = [
  [ '/v1/negotiations?limit=20',            ['/v1/negotiations/', '/v3/contractnegotiations/', '/v4/contractnegotiations/'] ],
  [ '/v1/agreements?limit=20',              ['/v1/agreements/', '/v3/contractagreements/', '/v4/contractagreements/']       ],
  [ '/v1/transfers?limit=20',               ['/v1/transfers/', '/v3/transferprocesses/', '/v4/transferprocesses/', '/v3/edrs/', '/v4/edrs/'] ],
  [ '/v1/obligations?limit=20',             ['/v1/obligations/']                                                            ],
  [ '/v1/webhooks?limit=20',                ['/v1/webhooks/']                                                               ],
  [ '/v1/api-keys?limit=20',                ['/v1/api-keys/']                                                               ],
  [ '/v1/peers?limit=20',                   ['/v1/peers/']                                                                  ],
]

/** The same of lists that are asked for in the EDC's words. */
// biome-ignore format: a table is read by its columns
const queries: readonly (readonly [list: string, beginnings: readonly string[]])[] = [
  [ '/v3/assets/request',              ['/v3/assets/', '/v4/assets/']                           ],
  [ '/v3/policydefinitions/request',   ['/v3/policydefinitions/', '/v4/policydefinitions/']     ],
  [ '/v3/contractdefinitions/request', ['/v3/contractdefinitions/', '/v4/contractdefinitions/'] ],
]

/** So many of what a fuzzer may use up. */
const MANY = [1, 2, 3, 4, 5]

/** Adds what the story of a lab leaves out, and gives the ids of all there is by what paths begin with. */
export async function seed({ provider, consumer }: Lab): Promise<Readonly<Record<string, readonly string[]>>> {
  const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
  const secrets = MANY.map(n => `secret-${n}`)
  for (const id of secrets)
    await post(provider, '/v3/secrets', { '@context': context, '@id': id, value: 'open sesame' })
  for (const n of MANY) {
    await post(provider, '/v1/webhooks', { url: 'http://127.0.0.1:9/hook', types: ['dataset.created'] })
    await post(provider, '/v1/api-keys', { name: `fuzz-${n}`, role: 'read' })
    await post(provider, '/v3/assets', {
      '@context': context,
      '@id': `asset-${n}`,
      properties: {},
      dataAddress: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
    })
    await beginHalf(provider, consumer)
  }
  const found: Record<string, readonly string[]> = {}
  const put = (beginnings: readonly string[], ids: readonly string[]) => {
    for (const beginning of beginnings) found[`/management${beginning}`] = ids
  }
  for (const [list, beginnings] of lists) {
    const { items } = await get<{ items: readonly { id: string }[] }>(provider, list)
    put(
      beginnings,
      items.map(({ id }) => id),
    )
  }
  for (const [list, beginnings] of queries) {
    const items = await post<readonly { '@id': string }[]>(provider, list, {})
    put(
      beginnings,
      items.map(item => item['@id']),
    )
  }
  put(['/v3/secrets/', '/v4/secrets/'], secrets)
  const agreements = found['/management/v1/agreements/'] ?? []
  // What stands further in front counts: retirements have the ids of agreements, behind a longer beginning.
  return {
    '/management/v3/contractagreements/retirements/': agreements,
    '/management/v4/contractagreements/retirements/': agreements,
    ...found,
  }
}

/** A negotiation that waits for a person, for there is an offer that nobody has asked for. */
async function beginHalf(provider: Lab['provider'], consumer: Lab['consumer']): Promise<void> {
  const offer = { '@id': 'made-up', target: 'asset-1', assigner: provider.id, permission: [{ action: 'use' }] }
  const address = `${consumer.urls.protocol}/dsp/2025-1`
  await post(provider, '/v1/negotiations', { role: 'provider', counterparty: consumer.id, address, offer })
}
