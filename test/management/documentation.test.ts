import { readFile } from 'node:fs/promises'
import t from 'tap'
import { giveAgreement } from '../support/agreements.ts'
import { startApi } from './api.ts'

const page = new URL('../../docs/reference/management-api.md', import.meta.url)
const example = /curl -X POST \$api(\S+) .*?-d '([^']+)'/gs

t.test('the examples of the manual work', async t => {
  const api = await startApi(t)
  const agreement = { id: '…', role: 'consumer', participantId: 'us', counterparty: 'provider' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'wind', permission: [{ action: 'use' }] })
  const examples = [...(await readFile(page, 'utf8')).matchAll(example)]
  t.equal(examples.length, 6)
  for (const [, path = '', body = ''] of examples) t.equal((await api.call('POST', path, body)).status, 200, path)
  t.ok(await api.catalog.dataset({ id: 'anybody', claims: {} }, 'wind'), 'the dataset is on offer')
})
