import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const keeper = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url))

let server: Promise<string> | undefined

/** The URL of the PostgreSQL server that all tests of this checkout share; `KONTOR_TEST_DATABASE_URL` names another. */
export function testServer(): Promise<string> {
  server ??= find()
  return server
}

async function find(): Promise<string> {
  const given = process.env.KONTOR_TEST_DATABASE_URL
  if (given !== undefined && given !== '') return given
  const key = createHash('sha256').update(`${root} ${process.getuid?.()}`).digest('hex').slice(0, 8)
  return visit(join(memory() ?? tmpdir(), `kontor-test-${key}`))
}

/** A file system in memory, if it is large: databases are copied there in 20 ms, on a disk that discards what is deleted in 250 ms. */
function memory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 2 ** 30 ? '/dev/shm' : undefined
  } catch {
    return undefined
  }
}

/** Asks the keeper, and starts one as long as there is none: should two start, one sees the other's lock and ends. */
async function visit(home: string): Promise<string> {
  let starting = false
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    const url = await ask(join(home, 'door'))
    if (url !== undefined) return url
    if (starting) continue
    starting = true
    const child = spawn(process.execPath, ['--import=tsx', keeper, home], {
      cwd: root,
      detached: true,
      stdio: 'ignore',
    })
    child.once('exit', () => {
      starting = false
    })
    child.unref()
  }
  throw new Error(`No PostgreSQL for the tests came up; try it yourself: node --import tsx ${keeper} ${home}`)
}

/** The connection stays open while this process lives, and is what keeps the server. */
async function ask(door: string): Promise<string | undefined> {
  const socket = connect(door)
  try {
    const [line] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [])])
    socket.on('error', () => {}).unref()
    return line === undefined ? undefined : toUrl(JSON.parse(String(line)))
  } catch {
    return undefined
  }
}

function toUrl({ host, port, user, database }: { host: string; port: number; user: string; database: string }): string {
  const url = new URL(`postgres://${user}@localhost:${port}/${database}`)
  url.searchParams.set('host', host)
  return url.href
}
