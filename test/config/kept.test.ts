import { readFile, stat, writeFile } from 'node:fs/promises'
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

t.test('what keys are encrypted with is made only where it is needed, and found where it was', async t => {
  const file = join(t.testdir({ 'kontor.yaml': 'participant: { id: us }' }), 'kontor.yaml')
  const withPassphrase = { KONTOR_KEYS_PASSPHRASE: 'a passphrase of a test' }
  t.equal((await loadConfig({ file, environment: withPassphrase })).keys.secret, undefined)
  const made = (await loadConfig({ file, environment: {} })).keys.secret?.reveal()
  t.equal((await stat(join(t.testdirName, 'kontor-data', 'keys.secret'))).mode & 0o777, 0o600)
  t.equal((await loadConfig({ file, environment: withPassphrase })).keys.secret?.reveal(), made)
  await writeFile(join(t.testdirName, 'kontor-data', 'keys.secret'), '')
  const { message } = await refusal(loadConfig({ file, environment: {} }))
  t.match(message, /keys\.passphrase is kept in .*keys\.secret, which is too short; restore the file/)
})
