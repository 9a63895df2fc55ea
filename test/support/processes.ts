import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './ports.ts'

/** A connector in a process of its own, as an operator runs it: settings in a file, an embedded database on disk. */
export interface ConnectorProcess {
  readonly id: string
  readonly pid: number
  readonly protocolUrl: string
  /** Where it listens itself. */
  readonly origins: { readonly protocol: string; readonly management: string; readonly data: string }
  /** The token it shows to another of the connectors. */
  tokenFor(other: string): string
  /** Calls the management API; the JSON of the answer. Throws for anything but 2xx. */
  api(method: string, path: string, body?: object): Promise<unknown>
  /** Calls it again until it answers: across a crash. */
  persist(method: string, path: string, body?: object): Promise<unknown>
  start(): Promise<void>
  /** Whether it runs. */
  alive(): boolean
  /** SIGKILL, now; `database` too if asked. */
  kill(database?: boolean): Promise<void>
  stop(): Promise<void>
}

const entry = new URL('../../bin/kontor.js', import.meta.url).pathname
/** The key of the management API of every one of them. */
export const managementKey = 'k'.repeat(24)

/** How connectors are run. */
interface Running {
  /** Replace whole groups of the configuration; of the planes' groups only what they name. */
  readonly settings?: Record<string, unknown>
  /** Where it listens: protocol, management, data; on free ports, unless told otherwise. */
  readonly ports?: readonly [protocol: number, management: number, data: number]
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[]
  /** Whether log lines go to the terminal, or to `connector.log` in the connector's folder. */
  readonly log?: 'terminal' | 'file'
  /** What Node is to run: what `npm run build` has built, unless told otherwise. */
  readonly program?: readonly string[]
}

/** Connectors that know each other by tokens, each in a folder of its own below `directory`; started by `start`. */
export async function connectorProcesses(
  directory: string,
  ids: readonly string[],
  running: Running = {},
): Promise<ConnectorProcess[]> {
  const meet = acquaintances(ids)
  return Promise.all(ids.map(id => connectorProcess(id, join(directory, id), meet, { files: directory, ...running })))
}

/** The tokens by which some participants know each other. */
export type Acquaintances = ReturnType<typeof acquaintances>

/** Makes a token for each of some participants to show to each other. */
export function acquaintances(ids: readonly string[]) {
  const tokens = new Map(ids.flatMap(from => ids.map(to => [`${from} ${to}`, randomBytes(16).toString('hex')])))
  const token = (from: string, to: string) => tokens.get(`${from} ${to}`) ?? ''
  const known = (id: string) => (other: string) => ({
    id: other,
    accepts: `sha256:${createHash('sha256').update(token(other, id)).digest('hex')}`,
    presents: token(id, other),
    groups: ['members'],
  })
  return {
    token,
    /** The setting `identity.participants` of one of them. */
    participants: (id: string) => ids.filter(other => other !== id).map(known(id)),
  }
}

/** A process of a participant, with a folder of its own; started by `start`. Several of one participant must share a database. */
export async function connectorProcess(
  id: string,
  own: string,
  meet: Acquaintances,
  running: Running & { readonly files: string },
): Promise<ConnectorProcess> {
  const { nodeOptions = [], log = 'terminal', program = [entry] } = running
  const [protocol, management, data] = running.ports ?? [await freePort(), await freePort(), await freePort()]
  await mkdir(own, { recursive: true })
  const listener = (port: number | undefined) => ({ host: '127.0.0.1', port })
  const groups = running.settings as Record<string, object> | undefined
  const config = {
    participant: { id },
    directory: join(own, 'data'),
    identity: { participants: meet.participants(id) },
    network: { allow: ['127.0.0.1'] },
    log: { level: 'warn' },
    ...groups,
    protocol: { ...listener(protocol), ...groups?.protocol },
    management: { ...listener(management), apiKey: managementKey, ...groups?.management },
    data: { ...listener(data), files: running.files, ...groups?.data },
  }
  // JSON is YAML.
  await writeFile(join(own, 'kontor.yaml'), JSON.stringify(config, null, 1))
  const tokenFor = (other: string) => meet.token(id, other)
  const origin = (port: number | undefined) => `http://127.0.0.1:${port}`
  const base = origin(management)
  let child: ChildProcess | undefined

  async function api(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'x-api-key': managementKey, 'content-type': 'application/json' }
    const answer = await fetch(`${base}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const text = await answer.text()
    if (!answer.ok)
      throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status })
    return text === '' ? undefined : JSON.parse(text)
  }

  const alive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!child || !alive()) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  return {
    id,
    get pid() {
      return child?.pid ?? 0
    },
    protocolUrl: `${origin(protocol)}/dsp/2025-1`,
    origins: { protocol: origin(protocol), management: base, data: origin(data) },
    tokenFor,
    alive,
    api,
    async persist(method, path, body) {
      for (let tries = 0; ; tries++) {
        try {
          return await api(method, path, body)
        } catch (error) {
          const status = (error as { status?: number }).status ?? 503
          if (status < 500 || tries > 600) throw error
          await sleep(50)
        }
      }
    },
    async start() {
      const output = log === 'file' ? await open(join(own, 'connector.log'), 'a') : undefined
      child = spawn(process.execPath, [...nodeOptions, ...program, 'serve', '--config', join(own, 'kontor.yaml')], {
        stdio: ['ignore', output?.fd ?? 'inherit', 'inherit'],
      })
      await output?.close()
      const exited = once(child, 'exit').then(([code]) => {
        throw new Error(`${id} ended with ${code} before it was ready`)
      })
      exited.catch(() => {})
      await Promise.race([exited, untilReady(`${base}/health/ready`)])
    },
    async kill(database = false) {
      const postmaster = database
        ? await readFile(join(own, 'data/postgres/data/postmaster.pid'), 'utf8').catch(() => '')
        : ''
      await kill('SIGKILL')
      if (postmaster) signal(Number(postmaster.split('\n')[0]))
    },
    stop: () => kill('SIGTERM'),
  }
}

/** It may have gone by itself. */
function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

async function untilReady(url: string): Promise<void> {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(10)
}
