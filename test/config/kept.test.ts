import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/index.ts'
import { refusal } from './loading.ts'

t.test('an API key that nobody has set is made once, for its owner only', async t => {
  const text = 'participant: { id: us }'
  const file = join(t.testdir({ 'kontor.yaml': text }), 'kontor.yaml')
  const both = await Promise.all([loadConfig({ file, environment: {} }), loadConfig({ file, environment: {} })])
  const later = await loadConfig({ file, environment: {} })
  const kept = join(t.testdirName, 'kontor-data', 'management.key')
  const keys = [...both, later].map(config => config.management.apiKey.reveal())
  t.same(new Set(keys), new Set([(await readFile(kept, 'utf8')).trim()]))
  t.equal((await stat(kept)).mode & 0o777, 0o600)
})

t.test('a kept API key that says too little is refused', async t => {
  const text = 'participant: { id: us }'
  const folder = t.testdir({ 'kontor.yaml': text, 'kontor-data': { 'management.key': '\n' } })
  const { message } = await refusal(loadConfig({ file: join(folder, 'kontor.yaml'), environment: {} }))
  t.match(
    message,
    /management\.apiKey is kept in .*management\.key, which is too short; remove the file or set the key/,
  )
})

t.test('a directory that cannot be made is a mistake in the configuration', async t => {
  const folder = t.testdir({ 'kontor.yaml': 'participant: { id: us }\ndirectory: kontor.yaml' })
  const { code, message } = await refusal(loadConfig({ file: join(folder, 'kontor.yaml'), environment: {} }))
  t.equal(code, 'configuration')
  t.match(message, 'management.apiKey cannot be kept in')
})
