import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
  leave(path)
  t.equal(await isAlive(path), false)
  const release = await takeLock(path)
  t.ok(release)
  await release?.()
})

t.test('of many who find the lock of one that died at the same moment one gets it', async t => {
  for (let round = 0; round < 10; round++) {
    const path = await place()
    leave(path)
    const releases = await Promise.all(Array.from({ length: 12 }, () => takeLock(path)))
    const [release, ...others] = releases.filter(each => each !== undefined)
    t.same(others, [])
    t.ok(await isAlive(path))
    await release?.()
    t.same(await readdir(dirname(path)), [], 'and nothing is left of it')
  }
})

t.test('one that died while it took over keeps nobody out', async t => {
  const path = await place()
  leave(path)
  leave(`${path}.taking`)
  const release = await takeLock(path)
  t.ok(release)
  await release?.()
})

/** Has a holder take a lock and die. */
function leave(path: string): void {
  const program = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', program, path], { stdio: 'ignore' })
}

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
