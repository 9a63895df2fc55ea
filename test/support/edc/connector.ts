import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { propertiesText } from '../../../src/cli/conformance/kit.ts'
import { freePort } from '../ports.ts'
import { apiOf, type Connector } from '../v3.ts'
import type { InstalledEdc } from './install.ts'

/** An EDC in a process of its own. */
export interface EdcProcess extends Connector {
  /** Where its version document is. */
  readonly base: string
  readonly pid: number
  /** Resolves when all its APIs answer. */
  start(): Promise<void>
  /** SIGKILL, now. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Where PostgreSQL listens for the EDC. */
export interface JdbcDatabase {
  readonly jdbc: string
  readonly user: string
}

const key = 'opens-the-management-api'
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const parts = ['', 'management', 'protocol', 'control', 'public', 'version'] as const

/** An EDC with its files in `directory`, and its tables in that database, which it makes; started by `start`. `settings` are added to, and replace, the least it needs. */
export async function edcProcess(given: {
  id: string
  directory: string
  edc: InstalledEdc
  database: JdbcDatabase
  settings?: Readonly<Record<string, string>>
}): Promise<EdcProcess> {
  const { id, directory, edc, database, settings = {} } = given
  const ports = new Map(await Promise.all(parts.map(async part => [part, await freePort()] as const)))
  const origin = (part: (typeof parts)[number]) => `http://127.0.0.1:${ports.get(part)}`
  const base = `${origin('protocol')}/protocol`
  const management = `${origin('management')}/management`
  const log = join(directory, `${id}.log`)
  const properties = new Map([
    ['edc.participant.id', id],
    ['edc.participant.context.id', id],
    ['edc.component.id', id],
    ['edc.hostname', '127.0.0.1'],
    ...[...ports].flatMap(([part, port]) => {
      const name = part === '' ? 'web.http' : `web.http.${part}`
      return [[`${name}.port`, String(port)] as const, [`${name}.path`, `/${part || 'api'}`] as const]
    }),
    ['web.http.management.auth.type', 'tokenbased'],
    ['web.http.management.auth.key', key],
    ['edc.dsp.callback.address', base],
    ['edc.dataplane.api.public.baseurl', `${origin('public')}/public`],
    ['edc.transfer.proxy.token.signer.privatekey.alias', 'token-private-key'],
    ['edc.transfer.proxy.token.verifier.publickey.alias', 'token-public-key'],
    ['kontor.token-private-key', privateKey],
    ['kontor.token-public-key', publicKey],
    ['edc.datasource.default.url', database.jdbc],
    ['edc.datasource.default.user', database.user],
    ['edc.datasource.default.password', 'none'],
    ['edc.sql.schema.autocreate', 'true'],
    ...Object.entries(settings),
  ])
  await mkdir(directory, { recursive: true })
  const file = join(directory, `${id}.properties`)
  await writeFile(file, propertiesText(properties))
  const api = apiOf(management, key)
  let child: ChildProcess | undefined

  const alive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || !alive()) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  /** The readiness check of the EDC is content before its last API is served. */
  async function ready(): Promise<boolean> {
    const answers = await Promise.all([
      fetch(`${origin('')}/api/check/readiness`).then(({ ok }) => ok),
      fetch(`${base}/.well-known/dspace-version`).then(({ ok }) => ok),
      api('POST', '/assets/request', { '@type': 'QuerySpec' }).then(() => true),
    ]).catch(() => [false])
    return answers.every(Boolean)
  }

  return {
    id,
    base,
    protocolUrl: `${base}/2025-1`,
    api,
    get pid() {
      return child?.pid ?? 0
    },
    async start() {
      const output = await open(log, 'a')
      const program = ['-cp', edc.classpath, 'org.eclipse.edc.boot.system.runtime.BaseRuntime']
      child = spawn(edc.java, [`-Dedc.fs.config=${file}`, ...program], { stdio: ['ignore', output.fd, output.fd] })
      await output.close()
      const deadline = performance.now() + 120_000
      while (!(await ready())) {
        if (!alive() || performance.now() > deadline)
          throw new Error(`${id} has not come up:\n${(await readFile(log, 'utf8')).slice(-4_000)}`)
        await sleep(20)
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}
