import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A connector in a process of its own, as an operator runs it: settings in a file, an embedded database on disk. */
export interface ConnectorProcess {
  readonly id: string
  readonly pid: number
  readonly protocolUrl: string
  /** The token it shows to another of the connectors. */
  tokenFor(other: string): string
  /** Calls the management API; the JSON of the answer. Throws for anything but 2xx. */
  api(method: string, path: string, body?: object): Promise<unknown>
  /** Calls it again until it answers: across a crash. */
  persist(method: string, path: string, body?: object): Promise<unknown>
  start(): Promise<void>
  /** SIGKILL, now; `database` too if asked. */
  kill(database?: boolean): Promise<void>
  stop(): Promise<void>
}

const entry = new URL('../../bin/kontor.js', import.meta.url).pathname
const key = 'k'.repeat(24)

/** How connectors are run. */
interface Running {
  /** Replace whole groups of the configuration. */
  readonly settings?: Record<string, unknown>
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[]
  /** Whether log lines go to the terminal, or to `connector.log` in the connector's folder. */
  readonly log?: 'terminal' | 'file'
}

/** Connectors that know each other by tokens, each in a folder of its own below `directory`; started by `start`. */
export async function connectorProcesses(
  directory: string,
  ids: readonly string[],
  running: Running = {},
): Promise<ConnectorProcess[]> {
  const tokens = new Map(ids.flatMap(from => ids.map(to => [`${from} ${to}`, randomBytes(16).toString('hex')])))
  return Promise.all(
    ids.map(async id => {
      const [protocol, management, data] = await freePorts(3)
      const participants = ids
        .filter(other => other !== id)
        .map(other => ({
          id: other,
          accepts: `sha256:${createHash('sha256')
            .update(tokens.get(`${other} ${id}`) ?? '')
            .digest('hex')}`,
          presents: tokens.get(`${id} ${other}`),
          groups: ['members'],
        }))
      const own = join(directory, id)
      await mkdir(own, { recursive: true })
      const listener = (port: number | undefined) => ({ host: '127.0.0.1', port })
      const config = {
        participant: { id },
        protocol: listener(protocol),
        management: { ...listener(management), apiKey: key },
        data: { ...listener(data), files: directory },
        directory: join(own, 'data'),
        identity: { participants },
        network: { allow: ['127.0.0.1'] },
        log: { level: 'warn' },
        ...running.settings,
      }
      // JSON is YAML.
      await writeFile(join(own, 'kontor.yaml'), JSON.stringify(config, null, 1))
      const tokenFor = (other: string) => tokens.get(`${id} ${other}`) ?? ''
      return connectorProcess(id, own, { protocol, management }, tokenFor, running)
    }),
  )
}

function connectorProcess(
  id: string,
  own: string,
  ports: { protocol: number | undefined; management: number | undefined },
  tokenFor: (other: string) => string,
  { nodeOptions = [], log = 'terminal' }: Running,
): ConnectorProcess {
  const base = `http://127.0.0.1:${ports.management}`
  let child: ChildProcess | undefined

  async function api(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' }
    const answer = await fetch(`${base}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const text = await answer.text()
    if (!answer.ok)
      throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status })
    return text === '' ? undefined : JSON.parse(text)
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  return {
    id,
    get pid() {
      return child?.pid ?? 0
    },
    protocolUrl: `http://127.0.0.1:${ports.protocol}/dsp/2025-1`,
    tokenFor,
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
      child = spawn(process.execPath, [...nodeOptions, entry, 'serve', '--config', join(own, 'kontor.yaml')], {
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

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  return servers.map(server => {
    const { port } = server.address() as { port: number }
    server.close()
    return port
  })
}
