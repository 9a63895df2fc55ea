import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { accountFor } from '../../src/db/embedded/account.ts'
import { nameFor, prepareCluster, standingIn, superuser } from '../../src/db/embedded/cluster.ts'
import { findPrograms } from '../../src/db/embedded/programs.ts'
import { freePort } from './ports.ts'

/** A PostgreSQL server with the settings it comes with, reached by TCP, as Java programs do. */
export interface PostgresServer {
  readonly pid: number
  /** Makes an empty database: its URL for us, and for Java. */
  create(name: string): Promise<{ readonly url: string; readonly jdbc: string; readonly user: string }>
  stop(): Promise<void>
}

/** Starts the embedded PostgreSQL's programs in a folder, listening on a free port of 127.0.0.1. */
export async function startPostgres(directory: string): Promise<PostgresServer> {
  await mkdir(directory, { recursive: true, mode: 0o711 })
  const data = join(directory, 'data')
  const account = await accountFor(data)
  const cluster = { programs: await findPrograms(account), account, data, durable: true }
  await prepareCluster(cluster)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200']
  const wanted = settings.flatMap(setting => ['-c', setting])
  const child = spawn(cluster.programs.postgres, ['-D', await nameFor(cluster, data), ...wanted], {
    ...standingIn(cluster, data),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stderr).on('line', line => {
      said.push(line)
      if (line.includes('ready to accept connections')) resolve()
    })
    child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)))
  })
  const address = { host: '127.0.0.1', port, user: superuser, database: 'postgres' }
  return {
    pid: child.pid ?? 0,
    async create(name) {
      const client = new pg.Client(address)
      await client.connect()
      await client.query(`create database ${pg.escapeIdentifier(name)}`)
      await client.end()
      const place = `127.0.0.1:${port}/${name}`
      return { url: `postgres://${superuser}@${place}`, jdbc: `jdbc:postgresql://${place}`, user: superuser }
    },
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}
