import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { unavailable } from '../../errors.ts'
import { codeOf, type Log } from '../log.ts'

/** How a server whose connector died is asked to end, and how long it is waited for, ms. */
const persuasion = [
  { signal: 'SIGINT', patience: 15_000 },
  { signal: 'SIGQUIT', patience: 5_000 },
] as const

/**
 * Ends a server that still runs although its connector is gone (the caller holds the lock, so it is), and removes lock
 * files whose number is that of another process by now, or of a dead one that nobody has buried yet: PostgreSQL would
 * take either for a running server.
 */
export async function endOrphan(data: string, log: Log): Promise<void> {
  const pid = await readPid(data)
  if (pid === undefined) return
  if (await isPostgres(pid)) await end(data, pid, log)
  if (isRunning(pid)) for (const file of lockFiles) await rm(join(data, file), { force: true })
}

/** PostgreSQL writes its number into both: for the data, and for the socket that lies beside it. */
const lockFiles = ['postmaster.pid', '.s.PGSQL.5432.lock']

async function end(data: string, pid: number, log: Log): Promise<void> {
  log('database.orphan', { pid })
  for (const { signal, patience } of persuasion) {
    sendSignal(pid, signal)
    if (await hasEnded(pid, Date.now() + patience)) return
  }
  throw unavailable(`The PostgreSQL process ${pid} of a former connector uses ${data} and does not stop: end it.`)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself meanwhile.
  }
}

async function readPid(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : undefined
}

async function hasEnded(pid: number, deadline: number): Promise<boolean> {
  while (await isPostgres(pid)) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Its name and state, from /proc or from ps; a zombie (Z), which nobody has buried yet, runs no longer. */
async function isPostgres(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat !== undefined) return /\(postgres\) [^Z]/.test(stat)
  const { stdout } = await promisify(execFile)('ps', ['-o', 'state=,comm=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return /^[^Z].*postgres/.test(stdout.trim())
}
