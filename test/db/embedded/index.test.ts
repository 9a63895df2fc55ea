import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { accountFor } from '../../../src/db/embedded/account.ts'
import { type Embedded, startEmbedded } from '../../../src/db/embedded/index.ts'
import { findPrograms } from '../../../src/db/embedded/programs.ts'
import { startServer } from '../../../src/db/embedded/server.ts'

t.test('what was committed is there after stop and start', async t => {
  const { start, directory } = await home(t)
  const first = await start()
  await query(first, 'create table fruit (name text)')
  await query(first, `insert into fruit values ('Äpfel 🍏')`)
  await first.stop()
  const second = await start()
  t.same(await query(second, 'select name, length(name) as length from fruit'), [{ name: 'Äpfel 🍏', length: 7 }])
  await second.stop()
  t.notOk(await isRunning(await pidOf(directory)), 'nothing runs on')
})

t.test('a second owner of the directory is refused with a sentence, and the first goes on', async t => {
  const { start, directory } = await home(t)
  const first = await start()
  await t.rejects(start(), {
    code: 'conflict',
    message: `Another connector is running with the directory ${directory}: stop it`,
  })
  t.same(await query(first, 'select 1 as one'), [{ one: 1 }])
  await first.stop()
  await (await start()).stop()
})

t.test('a server that is killed comes back by itself, with everything that was committed', async t => {
  const { start, directory, events } = await home(t)
  const embedded = await start()
  t.teardown(() => embedded.stop())
  await query(embedded, 'create table fruit as select 1 as id')
  process.kill(await pidOf(directory), 'SIGKILL')
  await until(async () => (await query(embedded, 'select id from fruit').catch(() => [])).length === 1)
  t.ok(events.includes('database.ended'))
})

t.test('when its connector is killed the server ends, too; the next start has all that was committed', async t => {
  const { start, directory } = await home(t)
  await (await start()).stop()
  const owner = await startOwner(t, directory)
  const pid = await pidOf(directory)
  owner.kill('SIGKILL')
  await until(async () => !(await isRunning(pid)))
  const embedded = await start()
  t.same(await query(embedded, 'select * from fruit'), [{ id: 1 }])
  await embedded.stop()
})

t.test('a start right after the connector was killed waits for its server to end', async t => {
  const { start, directory } = await home(t)
  const owner = await startOwner(t, directory)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const embedded = await start()
  t.same(await query(embedded, 'select * from fruit'), [{ id: 1 }])
  await embedded.stop()
})

t.test('a server whose connector is long gone is stopped and started anew', async t => {
  const { start, directory, events } = await home(t)
  await (await start()).stop()
  const data = join(directory, 'data')
  const account = await accountFor(data)
  const programs = await findPrograms(account)
  const orphan = await startServer({ programs, account, data, durable: false }, 10)
  const embedded = await start()
  await orphan.ended
  t.ok(events.includes('database.orphan'))
  t.same(await query(embedded, 'select 1 as one'), [{ one: 1 }])
  await embedded.stop()
})

t.test('a path too long for a Unix socket is no trouble', async t => {
  const { start } = await home(t, 'long-'.repeat(30))
  const embedded = await start()
  t.same(await query(embedded, 'select 1 as one'), [{ one: 1 }])
  await embedded.stop()
})

t.test('data of another PostgreSQL is refused with a sentence', async t => {
  const { start, directory } = await home(t)
  await (await start()).stop()
  await writeFile(join(directory, 'data/PG_VERSION'), '15\n')
  await t.rejects(start(), { code: 'unavailable', message: /was written by PostgreSQL 15, the embedded one is 18/ })
})

t.test('what keeps the server from starting is in the error', async t => {
  const { start, directory } = await home(t)
  await (await start()).stop()
  await writeFile(join(directory, 'data/postgresql.auto.conf'), `shared_preload_libraries = 'nonsense'\n`)
  await t.rejects(start(), { code: 'unavailable', message: /did not start: FATAL: +could not access file "nonsense"/ })
})

/** A home for an embedded server. As root this is a folder that only root can enter, though the server does not run as root. */
async function home(t: Test, name = 'postgres') {
  const parent = await mkdtemp(join(tmpdir(), 'kontor-'))
  t.teardown(() => rm(parent, { recursive: true, force: true }))
  const directory = join(parent, name)
  const events: string[] = []
  const log = (event: string) => events.push(event)
  const start = () => startEmbedded({ directory, connections: 10, durable: false, log })
  return { directory, events, start }
}

/** A connector in a process of its own that has stored something and waits to be killed. */
async function startOwner(t: Test, directory: string) {
  const script = `
    import { startEmbedded } from './src/db/embedded/index.ts'
    import pg from 'pg'
    const { address } = await startEmbedded({ directory: process.argv[1], connections: 10, log() {} })
    const client = new pg.Client(address)
    await client.connect()
    await client.query('create table fruit as select 1 as id')
    console.log('ready')`
  const parameters = ['--import=tsx', '--input-type=module', '-e', script, directory]
  const owner = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => owner.kill('SIGKILL'))
  await once(owner.stdout, 'data')
  return owner
}

async function query({ address }: Embedded, sql: string): Promise<unknown[]> {
  const client = new pg.Client(address)
  client.on('error', () => {})
  await client.connect()
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

const pidOf = async (directory: string): Promise<number> =>
  Number.parseInt(await readFile(join(directory, 'data/postmaster.pid'), 'utf8').catch(() => '0'), 10)

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\(postgres\) [^Z]/.test(stat)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10)
}
