import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { freePort } from '../../src/lab/ports.ts'

/** Three ports where nobody else looks for one. */
function threePorts() {
  const least = randomInt(10_000, 19_990)
  return { range: [least, least + 3] as const, all: [least, least + 1, least + 2] }
}

t.test('no port is given twice', async t => {
  const { range, all } = threePorts()
  const given = await Promise.all([freePort(range), freePort(range), freePort(range)])
  t.same(given.sort(), all)
})

t.test('one on which somebody listens is not given', async t => {
  const { range, all } = threePorts()
  const server = createServer().listen(all[1], '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  t.same([await freePort(range), await freePort(range)].sort(), [all[0], all[2]])
})

t.test('one that another process was given is not given as long as that runs', async t => {
  const { range, all } = threePorts()
  const program = `
    import { freePort } from ${JSON.stringify(new URL('../../src/lab/ports.ts', import.meta.url).href)}
    for (const _ of [1, 2]) console.log(await freePort(${JSON.stringify(range)}))
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const theirs: number[] = []
  for await (const lines of child.stdout) {
    theirs.push(...String(lines).trim().split('\n').map(Number))
    if (theirs.length === 2) break
  }
  const ours = await freePort(range)
  t.same([...theirs, ours].sort(), all)
  child.kill()
  await gone
  t.same([await freePort(range), await freePort(range)].sort(), theirs.sort(), 'and is when that has ended')
})
