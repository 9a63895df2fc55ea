import { access, constants, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { conflict, unavailable } from '../../errors.ts'
import { type Log, messageOf } from '../log.ts'
import { accountFor } from './account.ts'
import { type Cluster, prepareCluster, superuser } from './cluster.ts'
import { isAlive, takeLock } from './lock.ts'
import { endOrphan } from './orphan.ts'
import { findPrograms } from './programs.ts'
import { keepRunning } from './supervise.ts'

/** An embedded PostgreSQL server and how to reach it. */
export interface Embedded {
  /** In the form of node-postgres: the host is the folder of the Unix socket. */
  readonly address: { readonly host: string; readonly port: number; readonly user: string; readonly database: string }
  /** Ends the server after its open statements were rolled back, and lets the folder go. */
  stop(): Promise<void>
}

/** What an embedded server is started with. */
export interface EmbeddedOptions {
  /** Its home; the data lies in `data` below it. Made if missing. */
  readonly directory: string
  /** How many connections it must allow. */
  readonly connections: number
  readonly durable?: boolean
  readonly log: Log
}

/** The longest name of a Unix socket that both Linux (107) and macOS (103) take, and the longest of ours below the home. */
const longestSocket = 103
const ourLongest = '/data/.s.PGSQL.5432'.length

/** Starts the embedded PostgreSQL of a folder, makes it at the first start, and starts it again should it die. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const home = resolve(options.directory)
  await prepareHome(home)
  const short = await shorten(home)
  let release = async () => {}
  const letGo = async () => {
    await release()
    await short.remove()
  }
  try {
    release = await lock(home, short.path)
    const stop = await keepRunning(await prepare(home, options), options.connections, options.log)
    return { address: addressIn(short.path), stop: () => stop().finally(letGo) }
  } catch (error) {
    await letGo()
    throw error
  }
}

/** The embedded server of a folder that another process runs; `stop` leaves it running. Nothing when none does. */
export async function joinEmbedded(directory: string): Promise<Embedded | undefined> {
  const short = await shorten(resolve(directory))
  if (await isAlive(join(short.path, 'owner'))) return { address: addressIn(short.path), stop: short.remove }
  await short.remove()
  return undefined
}

const addressIn = (home: string) => ({ host: join(home, 'data'), port: 5432, user: superuser, database: 'postgres' })

/** As root others may pass through to the data directory, which is nobody's then; they cannot list it. */
async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    await access(home, constants.W_OK)
  } catch (error) {
    throw unavailable(`The directory ${home} cannot be written by this user: ${messageOf(error)}.`)
  }
}

async function lock(home: string, path: string): Promise<() => Promise<void>> {
  const release = await takeLock(join(path, 'owner'))
  if (release !== undefined) return release
  throw conflict(
    `Another connector is running with the directory ${home}: stop it, or give this one a directory of its own.`,
  )
}

async function prepare(home: string, options: EmbeddedOptions): Promise<Cluster> {
  const data = join(home, 'data')
  const account = await accountFor(data)
  const cluster = { programs: await findPrograms(account), account, data, durable: options.durable ?? true }
  await prepareCluster(cluster)
  await endOrphan(data, options.log)
  return cluster
}

/** A name for the home that is short enough for Unix sockets: itself, or a link to it in the temporary directory. */
async function shorten(home: string): Promise<{ path: string; remove(): Promise<void> }> {
  if (Buffer.byteLength(home) + ourLongest <= longestSocket) return { path: home, remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'kontor-'))
  await symlink(home, join(folder, 'd'))
  return { path: join(folder, 'd'), remove: () => rm(folder, { recursive: true, force: true }) }
}
