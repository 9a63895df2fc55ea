import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { unavailable } from '../../errors.ts'
import { messageOf } from '../log.ts'
import { type Cluster, nameFor, standingIn } from './cluster.ts'

type Child = ChildProcessByStdio<null, null, Readable>

/** A running PostgreSQL server. */
export interface Server {
  /** Resolves when the process has ended, whoever ended it, with its last words. */
  readonly ended: Promise<string>
  /** Fast shutdown: open transactions are rolled back, everything is written, then it ends. */
  stop(): Promise<unknown>
}

/** How the embedded server differs from PostgreSQL's defaults: few connections of one program on a small machine. */
const settings = (connections: number, durable: boolean): Record<string, string | number> => ({
  listen_addresses: '',
  // Relative to the data directory: always short enough for a socket, however deep that lies.
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  max_connections: connections,
  shared_buffers: '16MB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  max_parallel_workers_per_gather: 0,
  io_method: 'sync',
  jit: 'off',
  // Tables that have just been filled are planned well soon, not only a minute later.
  autovacuum_naptime: '10s',
  // LOG and FATAL only: error lines would carry parameters and rows.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
})

/** Starts the server and waits until it takes connections. Its socket lies in the data directory. */
export async function startServer(cluster: Cluster, connections: number): Promise<Server> {
  const name = await nameFor(cluster, cluster.data)
  const wanted = Object.entries(settings(connections, cluster.durable)).flatMap(([key, to]) => ['-c', `${key}=${to}`])
  // In a process group of its own, or Ctrl-C in a terminal would end it before the connector has finished its work.
  const child = spawn(cluster.programs.postgres, ['-D', name, ...wanted], {
    ...standingIn(cluster, cluster.data),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const { ready, ended } = follow(child)
  guard(child, ended, cluster)
  const failed = await Promise.race([ready, ended])
  if (failed !== undefined) throw unavailable(`The embedded PostgreSQL in ${cluster.data} did not start: ${failed}.`)
  return {
    ended,
    stop: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

/** Reads the server's log, which tells when it is ready and, should it end, why. */
function follow(child: Child): { ready: Promise<undefined>; ended: Promise<string> } {
  const said: string[] = []
  const hear = (line: string) => {
    said.push(line)
    said.splice(0, said.length - 20)
  }
  const lines = createInterface({ input: child.stderr }).on('line', hear)
  const ready = new Promise<undefined>(resolve => {
    lines.on('line', line => line.includes('ready to accept connections') && resolve(undefined))
  })
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(messageOf(error)))
    child.once('close', (_, signal) => resolve(signal === null ? lastWords(said) : `it was ended by ${signal}`))
  })
  return { ready, ended }
}

/** The line that says why: the first that is fatal, or the last. PostgreSQL begins each with its time and process. */
export function lastWords(said: readonly string[]): string {
  const line = said.find(each => /FATAL|PANIC/.test(each)) ?? said.at(-1) ?? 'it said nothing'
  return line.replace(/^.*?\] /, '').trim()
}

/** Ends the server when this process dies, even by SIGKILL: the shell's input closes with it. */
function guard(child: Child, ended: Promise<string>, cluster: Cluster): void {
  const script = ['-c', 'read _ || kill -INT "$1"', 'kontor-guard', String(child.pid)]
  const shell = spawn('/bin/sh', script, {
    ...standingIn(cluster, cluster.data),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.once('error', () => {})
  shell.stdin.once('error', () => {})
  ended.then(() => shell.stdin.end('\n'))
}
