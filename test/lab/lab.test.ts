import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { get } from '../../src/lab/api.ts'
import { createLab } from '../../src/lab/index.ts'
import { freePort } from '../../src/lab/ports.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { startLab } from '../support/lab.ts'

async function databases(t: Test) {
  const [provider, consumer, stranger] = await Promise.all([testDatabaseUrl(t), testDatabaseUrl(t), testDatabaseUrl(t)])
  return { provider, consumer, stranger }
}

t.test('each participant has an id, a key and three addresses of its own', async t => {
  const { participants } = await startLab(t)
  const urls = participants.flatMap(({ urls }) => Object.values(urls))
  t.equal(new Set(urls).size, 9)
  t.equal(new Set(participants.map(({ id }) => id)).size, 3)
  t.equal(new Set(participants.map(({ key }) => key)).size, 3)
  for (const participant of participants) await t.resolves(get(participant, '/v1/negotiations'))
})

t.test('where they know each other by credentials an authority takes part, and ids lead to where they are', async t => {
  const { participants, authority } = await startLab(t, { identity: 'dcp' })
  t.equal(participants.length, 4)
  t.equal(authority?.part, 'authority')
  for (const { id, urls } of participants) {
    const response = await fetch(`${urls.protocol}/.well-known/did.json`)
    t.match(await response.json(), { id })
  }
})

t.test('a participant that is stopped and started again is found where it was', async t => {
  const { provider } = await startLab(t)
  const before = { ...provider.urls }
  await provider.stop()
  await t.rejects(get(provider, '/v1/negotiations'))
  await provider.start()
  t.strictSame(provider.urls, before)
  await t.resolves(get(provider, '/v1/negotiations'))
})

t.test('without a directory a lab has one of its own, which is gone when it stops', async t => {
  const lab = await createLab({ identity: 'tokens', databases: await databases(t) })
  t.ok(existsSync(lab.directory))
  await lab.stop()
  t.notOk(existsSync(lab.directory))
})

t.test('who wants to read the logs keeps the directory', async t => {
  const lab = await createLab({ identity: 'tokens', databases: await databases(t) })
  await lab.stop(true)
  t.ok(existsSync(`${lab.directory}/provider.log`))
  await rm(lab.directory, { recursive: true })
})

t.test('a port that is taken is named, and whoever had started is stopped again', async t => {
  // Where nobody else looks for one: those behind it must be free, too.
  const port = await freePort([10_000, 19_900])
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  await t.rejects(createLab({ identity: 'tokens', databases: await databases(t), portBase: port }), {
    code: 'port-taken',
    message: `127.0.0.1:${port}`,
  })
  await t.rejects(fetch(`http://127.0.0.1:${port + 4}/health/live`))
})
