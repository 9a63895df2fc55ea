import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/index.ts'
import { apiKey } from './loading.ts'

t.test('secrets can stand in files and variables', async t => {
  const folder = t.testdir({ key: `${apiKey}\n`, 'kontor.yaml': 'participant: { id: us }' })
  const file = join(folder, 'kontor.yaml')

  const byVariable = await loadConfig({ file, environment: { KONTOR_MANAGEMENT_APIKEY_FILE: join(folder, 'key') } })
  t.equal(byVariable.management.apiKey.reveal(), apiKey)

  await writeFile(file, 'participant: { id: us }\nmanagement: { apiKey: { file: key } }')
  const byFile = await loadConfig({ file, environment: {} })
  t.equal(byFile.management.apiKey.reveal(), apiKey, 'the path starts from the file')

  await writeFile(file, 'participant: { id: us }\nmanagement: { apiKey: { env: OUR_KEY } }')
  const byName = await loadConfig({ file, environment: { OUR_KEY: apiKey } })
  t.equal(byName.management.apiKey.reveal(), apiKey)
})
