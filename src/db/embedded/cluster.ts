import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unavailable } from '../../errors.ts'
import { messageOf } from '../log.ts'
import { type Account, canReach } from './account.ts'
import type { Programs } from './programs.ts'

/** The database superuser of the embedded server; only its socket's owner gets in. */
export const superuser = 'kontor'

/** Everything PostgreSQL's programs need to be run on one data directory. */
export interface Cluster {
  readonly programs: Programs
  readonly account: Account | undefined
  /** The data directory. */
  readonly data: string
  /** False only where nothing is worth keeping: in tests. */
  readonly durable: boolean
}

/** How to run a program of PostgreSQL in a cluster: it stands in the data directory, which its parents may hide from it. */
export const standingIn = (cluster: Cluster, data: string) => ({ cwd: data, ...cluster.account, env: { TZ: 'UTC' } })

/**
 * What to call the data directory towards PostgreSQL. An account that cannot enter a folder above it (/root) still can stand
 * in it; `/proc/self/cwd` is the one absolute name for that, and absolute names are all that PostgreSQL takes.
 */
export async function nameFor(cluster: Cluster, data: string): Promise<string> {
  if (await canReach(cluster.account, data)) return data
  if (process.platform === 'linux') return '/proc/self/cwd'
  throw unavailable(
    `PostgreSQL does not run as root, and the account nobody cannot enter the folders above ${data}: choose another directory, run as another user, or set database.url.`,
  )
}

/** Makes the data directory unless it is there, and refuses one of another PostgreSQL. */
export async function prepareCluster(cluster: Cluster): Promise<void> {
  const found = await readFile(join(cluster.data, 'PG_VERSION'), 'utf8').catch(absent)
  if (found === undefined) return createCluster(cluster)
  if (found.trim() === cluster.programs.major) return
  throw unavailable(
    `${cluster.data} was written by PostgreSQL ${found.trim()}, the embedded one is ${cluster.programs.major}: move the data with pg_dump of that version, or set database.url to a server of it.`,
  )
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw unavailable(`The data directory cannot be read by this user: ${error.message}.`)
}

/** Made under another name and then renamed, so that a start cut short leaves nothing half-made behind. */
async function createCluster(cluster: Cluster): Promise<void> {
  const draft = `${cluster.data}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  if (cluster.account !== undefined) await chown(draft, cluster.account.uid, cluster.account.gid)
  await initialize(cluster, draft)
  await rename(draft, cluster.data)
}

async function initialize(cluster: Cluster, data: string): Promise<void> {
  const parameters = [
    ['-D', await nameFor(cluster, data)],
    ['--username', superuser],
    ['--auth', 'trust'],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
    ['--wal-segsize', '4'],
    cluster.durable ? [] : ['--no-sync'],
  ].flat()
  try {
    await promisify(execFile)(cluster.programs.initdb, parameters, standingIn(cluster, data))
  } catch (error) {
    throw unavailable(
      `The embedded PostgreSQL could not make ${data}; where it cannot run (it needs glibc), set database.url. ${messageOf(error).trim()}`,
    )
  }
}
