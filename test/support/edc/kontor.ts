import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../ports.ts'
import { type ConnectorProcess, connectorProcess, managementKey } from '../processes.ts'
import { apiOf, type Connector } from '../v3.ts'

/** One of us among EDCs. */
export interface KontorProcess extends Connector, Omit<ConnectorProcess, 'api'> {
  /** The rest of the management API, `path` below `/management`. */
  readonly own: ConnectorProcess['api']
}

/** A participant as others see it. */
type Face = Pick<Connector, 'id' | 'protocolUrl'>

/** What an EDC whose identities are mock-ups says of itself, to the one at that address. */
const mockToken = (from: string, { protocolUrl }: Pick<Face, 'protocolUrl'>): string =>
  JSON.stringify({ region: 'eu', audience: protocolUrl, clientId: from })

/** The setting `identity.participants` of somebody who knows EDCs whose identities are mock-ups. */
const knowingEdcs = (self: Face, edcs: readonly Face[]) =>
  edcs.map(edc => ({
    id: edc.id,
    accepts: `sha256:${createHash('sha256').update(mockToken(edc.id, self)).digest('hex')}`,
    presents: mockToken(self.id, edc),
    scheme: 'none',
    groups: ['members'],
  }))

/** A connector of ours that knows some others, and speaks with them as EDCs with mock-ups for identities do; started by `start`. */
export async function kontorAmongEdcs(given: {
  id: string
  directory: string
  /** Whom it is to know; its own face is there before it starts. */
  others: (self: Face) => readonly Face[]
  settings?: Readonly<Record<string, unknown>>
  nodeOptions?: readonly string[]
}): Promise<KontorProcess> {
  const { id, directory, others, settings = {}, nodeOptions = [] } = given
  const ports = [await freePort(), await freePort(), await freePort()] as const
  const self = { id, protocolUrl: `http://127.0.0.1:${ports[0]}/dsp/2025-1` }
  const participants = knowingEdcs(self, others(self))
  const process = await connectorProcess(
    id,
    join(directory, id),
    { token: () => '', participants: () => [] },
    { files: directory, ports, nodeOptions, log: 'file', settings: { ...settings, identity: { participants } } },
  )
  const { management } = process.origins
  const { api: own, ...rest } = process
  return Object.defineProperties(
    {
      ...rest,
      own: (method: string, path: string, body?: object) => own(method, `/management${path}`, body),
      api: apiOf(`${management}/management`, managementKey),
    },
    // The process id changes with each start.
    { pid: { get: () => process.pid, enumerable: true } },
  )
}
