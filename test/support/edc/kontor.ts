import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../ports.ts'
import { acquaintances, type ConnectorProcess, connectorProcess, managementKey } from '../processes.ts'
import { apiOf, type Connector } from '../v3.ts'

/** One of us, driven by the calls that tools for the EDC make. */
export interface KontorProcess
  extends Connector,
    Pick<ConnectorProcess, 'pid' | 'origins' | 'start' | 'kill' | 'stop'> {
  /** The rest of the management API, `path` below `/management`. */
  readonly own: ConnectorProcess['api']
}

/** A participant as others see it. */
type Face = Pick<Connector, 'id' | 'protocolUrl'>

/** How one of us is run. */
interface Running {
  readonly directory: string
  readonly settings?: Readonly<Record<string, unknown>>
  readonly nodeOptions?: readonly string[]
}

/** What an EDC whose identities are mock-ups says of itself, to the one at that address. */
const mockToken = (from: string, { protocolUrl }: Pick<Face, 'protocolUrl'>): string =>
  JSON.stringify({ region: 'eu', audience: protocolUrl, clientId: from })

/** The setting `identity.participants` of somebody who knows EDCs whose identities are mock-ups. */
const knowing = (self: Face, edcs: readonly Face[]) =>
  edcs.map(edc => ({
    id: edc.id,
    accepts: `sha256:${createHash('sha256').update(mockToken(edc.id, self)).digest('hex')}`,
    presents: mockToken(self.id, edc),
    scheme: 'none',
    groups: ['members'],
  }))

/** One of us who knows EDCs with mock-ups for identities; started by `start`. */
export async function kontorAmongEdcs({ id, edcs, ...running }: Running & { id: string; edcs: readonly Face[] }) {
  const { directory, nodeOptions = [], settings = {} } = running
  const ports = [await freePort(), await freePort(), await freePort()] as const
  const participants = knowing({ id, protocolUrl: `http://127.0.0.1:${ports[0]}/dsp/2025-1` }, edcs)
  const nobody = { token: () => '', participants: () => [] }
  const process = await connectorProcess(id, join(directory, id), nobody, {
    ...{ files: directory, ports, nodeOptions, log: 'file' as const },
    settings: { ...settings, identity: { participants } },
  })
  return driven(process)
}

/** Two of us who know each other; started by `start`. */
export async function twoKontors(
  ids: readonly [string, string],
  running: Omit<Running, 'settings'> & { settingsOf: (id: string) => Promise<Record<string, unknown>> },
): Promise<{ consumer: KontorProcess; provider: KontorProcess }> {
  const { directory, nodeOptions = [], settingsOf } = running
  const meet = acquaintances(ids)
  const make = async (id: string) => {
    const how = { files: directory, nodeOptions, log: 'file' as const, settings: await settingsOf(id) }
    return driven(await connectorProcess(id, join(directory, id), meet, how))
  }
  const [consumer, provider] = ids
  return { consumer: await make(consumer), provider: await make(provider) }
}

const driven = (process: ConnectorProcess): KontorProcess => ({
  id: process.id,
  protocolUrl: process.protocolUrl,
  origins: process.origins,
  get pid() {
    return process.pid
  },
  api: apiOf(`${process.origins.management}/management`, managementKey),
  own: (method, path, body) => process.api(method, `/management${path}`, body),
  start: process.start,
  kill: process.kill,
  stop: process.stop,
})
