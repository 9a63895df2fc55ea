import type { Test } from 'tap'
import { type Catalog, createCatalog, type PageRequest } from '../../src/catalog/index.ts'
import type { Database } from '../../src/db/index.ts'
import type { Counterparty } from '../../src/dsp/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import { testDatabase } from '../support/database.ts'

export const endpointUrl = 'https://provider.example/dsp/2025-1'

export const alice: Counterparty = { id: 'did:web:alice', claims: { groups: ['research'] } }
export const bob: Counterparty = { id: 'did:web:bob', claims: {} }

/** Permits use to those of a group. */
export const onlyFor = (group: string): Policy => ({
  permission: [{ action: 'use', constraint: [{ leftOperand: 'kontor:group', operator: 'eq', rightOperand: group }] }],
})

/** Data that a data plane serves, and data that none serves. */
export const http = { type: 'HttpData', baseUrl: 'http://internal.example/secret' }
export const tape = { type: 'Tape' }

/** A catalogue with a database of its own; datasets in `bound` are under contract, and time goes on by itself. */
export async function openCatalog(t: Test): Promise<{ catalog: Catalog; db: Database; bound: Set<string> }> {
  const db = await testDatabase(t)
  const bound = new Set<string>()
  let time = Date.UTC(2026, 5, 15)
  const catalog = createCatalog({
    sealSource: source => source,
    db,
    participantId: 'did:web:provider',
    endpointUrl: () => endpointUrl,
    formatsOf: ({ type }) => (type === 'HttpData' ? ['HttpData-PULL', 'HttpData-PUSH'] : []),
    isBound: async (_tx, id) => bound.has(id),
    now: () => new Date(time++),
  })
  return { catalog, db, bound }
}

/** The same with a policy `open` for everybody, one `closed` for the group `research`, and both published for all datasets. */
export async function openFilledCatalog(t: Test, ids: readonly string[]) {
  const world = await openCatalog(t)
  const { policies, publications, datasets } = world.catalog
  await policies.create({ id: 'open', policy: {} })
  await policies.create({ id: 'closed', policy: onlyFor('research') })
  await publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  for (const id of ids) await datasets.create({ id, properties: { 'dct:title': `Data ${id}` }, source: http })
  return world
}

/** A page as JSON, and the tokens of those beside it. */
export async function readPage(catalog: Catalog, asker: Counterparty, request: PageRequest = {}) {
  const { pieces, size, next, previous } = await catalog.page(asker, request)
  const body = await readJson(pieces)
  return { body, ids: idsOf(body), size, next, previous }
}

/** A catalogue's JSON, from its pieces. */
export async function readJson(pieces: AsyncIterable<string>) {
  let text = ''
  for await (const piece of pieces) text += piece
  return JSON.parse(text)
}

/** The datasets in a catalogue. */
export const idsOf = ({ dataset = [] }: { dataset?: { '@id': string }[] }): string[] => dataset.map(one => one['@id'])

/** The filter that is one QuerySpec. */
export const spec = (query: object) => [{ '@type': 'QuerySpec', ...query }]
