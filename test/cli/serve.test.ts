import { once } from 'node:events'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { testDatabaseUrl } from '../support/database.ts'
import { startCommand } from './command.ts'

/** Settings of a connector that is nobody's but the test's. */
async function environmentFor(t: Test): Promise<Record<string, string>> {
  return {
    KONTOR_PARTICIPANT_ID: 'did:web:served.example',
    KONTOR_DATABASE_URL: await testDatabaseUrl(t),
    KONTOR_DIRECTORY: t.testdir(),
    KONTOR_PROTOCOL_PORT: '0',
    KONTOR_MANAGEMENT_PORT: '0',
    KONTOR_DATA_PORT: '0',
  }
}

/** The addresses in the line that tells of the start. */
const startIn = (log: string): Record<string, string> =>
  JSON.parse(log.split('\n').find(line => line.includes('"management":')) ?? '{}')

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  t.test(`a connector serves until ${signal}, and then ends well`, async t => {
    const { child, ended, said } = await startCommand(t, ['serve'], await environmentFor(t))
    let log = ''
    child.stdout.on('data', more => {
      log += more
    })
    await said('"management":')
    const { management } = startIn(log)
    t.equal((await fetch(`${management}/health/ready`)).status, 200)
    child.kill(signal)
    const { code, stdout, stderr } = await ended
    t.equal(code, 0)
    t.equal(stderr, '')
    t.ok(
      stdout
        .trimEnd()
        .split('\n')
        .every(line => JSON.parse(line).level),
      'nothing but log lines',
    )
  })

t.test('variables of other commands are none of its business', async t => {
  const environment = { ...(await environmentFor(t)), KONTOR_URL: 'http://127.0.0.1:1', KONTOR_KEY: 'some-key' }
  const { child, ended, said } = await startCommand(t, ['serve'], environment)
  await said('"management":')
  child.kill('SIGTERM')
  t.equal((await ended).code, 0)
})

t.test('a port that is taken ends the start with a sentence that names the setting', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const address = other.address()
  const port = String(typeof address === 'object' ? address?.port : undefined)
  const { ended } = await startCommand(t, ['serve'], { ...(await environmentFor(t)), KONTOR_MANAGEMENT_PORT: port })
  const { code, stderr } = await ended
  t.equal(code, 1)
  t.match(stderr, /^kontor: The setting "management\.port" cannot be used: .*\n$/)
})

t.test('a decider that cannot be loaded ends the start', async t => {
  const environment = { ...(await environmentFor(t)), KONTOR_NEGOTIATION_DECIDERS: '/nowhere/deciders.js' }
  const { code, stderr } = await (await startCommand(t, ['serve'], environment)).ended
  t.equal(code, 1)
  t.match(stderr, /^kontor: negotiation\.deciders: .*cannot be loaded\.\n$/)
})
