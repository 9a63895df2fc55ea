import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { isAlive, takeLock } from '../../../src/db/embedded/lock.ts'

t.test('a lock has one holder until it is released', async t => {
  const path = await place()
  const release = await takeLock(path)
  t.ok(release)
  t.equal(await takeLock(path), undefined)
  await release?.()
  const again = await takeLock(path)
  t.ok(again)
  await again?.()
})

t.test('a lock whose holder died is free', async t => {
  const path = await place()
  spawnSync(
    process.execPath,
    ['-e', `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`, path],
    {
      stdio: 'ignore',
    },
  )
  t.equal(await isAlive(path), false)
  const release = await takeLock(path)
  t.ok(release)
  await release?.()
})

t.test('where no socket can be made, a sentence says so', async t => {
  await t.rejects(takeLock('/nowhere/at/all/lock'), {
    code: 'unavailable',
    message: /No Unix socket can be made at \/nowhere/,
  })
})

/** Short, as sockets need it: the test's own folder may be too deep. */
async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kontor-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'lock')
}
