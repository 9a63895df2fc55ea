import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/** What a connector has used: CPU milliseconds since its start, and resident memory now, MiB. */
export interface Usage {
  readonly connector: { readonly cpu: number; readonly rss: number }
  /** Its embedded PostgreSQL, all processes of it that live now and, as to CPU, those that have ended. */
  readonly database: { readonly cpu: number; readonly rss: number }
}

const [ticks, page] = [shell('CLK_TCK', 100), shell('PAGESIZE', 4096)]

function shell(name: string, otherwise: number): number {
  try {
    return Number(execFileSync('getconf', [name], { encoding: 'utf8' })) || otherwise
  } catch {
    return otherwise
  }
}

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly cpu: number
  readonly rss: number
}

/** The figures of proc(5) that count here; children that have ended are in `cpu`. */
async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 22) return undefined
  const number = (at: number) => Number(fields[at - 3])
  const spent = number(14) + number(15) + number(16) + number(17)
  return {
    pid,
    parent: number(4),
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    cpu: (spent * 1_000) / ticks,
    rss: (number(24) * page) / 2 ** 20,
  }
}

/** What the connector of that process id has used so far. Throws where there is no `/proc`: these figures need Linux. */
export async function usageOf(pid: number): Promise<Usage> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const stats = (await Promise.all(pids.map(readStat))).filter(stat => stat !== undefined)
  const own = stats.find(stat => stat.pid === pid)
  if (!own) throw new Error(`there is no process ${pid}`)
  const server = stats.find(({ parent, name }) => parent === pid && name === 'postgres')
  const servers = stats.filter(stat => server && (stat.pid === server.pid || stat.parent === server.pid))
  const sum = (of: 'cpu' | 'rss') => servers.reduce((total, stat) => total + stat[of], 0)
  return { connector: { cpu: own.cpu, rss: own.rss }, database: { cpu: sum('cpu'), rss: sum('rss') } }
}

/** The CPU milliseconds between two looks, connectors and databases apart. */
export function spentBetween(
  before: readonly Usage[],
  after: readonly Usage[],
): { connector: number; database: number } {
  const sum = (usages: readonly Usage[], of: keyof Usage) => usages.reduce((total, usage) => total + usage[of].cpu, 0)
  return {
    connector: sum(after, 'connector') - sum(before, 'connector'),
    database: sum(after, 'database') - sum(before, 'database'),
  }
}
