import { join } from 'node:path'
import { type Acquaintances, acquaintances, type ConnectorProcess, connectorProcess } from './processes.ts'
import { builtProgram } from './program.ts'
import { type RoundRobin, startRoundRobin } from './round-robin.ts'

/** A provider of several processes on one database, behind a load balancer, and a consumer of one process. */
export interface Fleet {
  /** The provider as others see it: through the load balancer. */
  readonly provider: Pick<ConnectorProcess, 'id' | 'protocolUrl' | 'api' | 'persist'>
  readonly controls: readonly ConnectorProcess[]
  readonly consumer: ConnectorProcess
  readonly balancers: { readonly protocol: RoundRobin; readonly data: RoundRobin }
  stop(): Promise<void>
}

/** How many processes of each role, and where things are. */
export interface FleetPlan {
  readonly directory: string
  readonly databases: { readonly provider: string; readonly consumer: string }
  readonly controls: number
  readonly datas: number
  /** Run what `npm run build` has built. */
  readonly built?: boolean
}

/** Starts a fleet. Who is killed stays in the balancer's turn: nobody is spared a single error. */
export async function startFleet(plan: FleetPlan): Promise<Fleet> {
  const meet = acquaintances(['provider', 'consumer'])
  const [controls, datas]: [ConnectorProcess[], ConnectorProcess[]] = [[], []]
  const protocol = await startRoundRobin(() => controls.map(({ origins }) => origins.protocol))
  const data = await startRoundRobin(() => datas.map(({ origins }) => origins.data))
  const common = {
    database: { url: plan.databases.provider, connections: 8 },
    keys: { passphrase: 'known to every process of it' },
    protocol: { publicUrl: protocol.url },
    data: { publicUrl: data.url },
  }
  const make = (name: string, role: 'control' | 'data') => member('provider', name, { ...common, role }, meet, plan)
  for (let n = 0; n < plan.controls; n++) controls.push(await make(`control-${n}`, 'control'))
  for (let n = 0; n < plan.datas; n++) datas.push(await make(`data-${n}`, 'data'))
  const consumer = await member('consumer', 'consumer', { database: { url: plan.databases.consumer } }, meet, plan)
  const all = [...controls, ...datas, consumer]

  async function stop(): Promise<void> {
    await Promise.all(all.map(one => one.stop()))
    protocol.close()
    data.close()
  }

  try {
    await Promise.all(all.map(one => one.start()))
  } catch (error) {
    await stop()
    throw error
  }
  let turn = 0
  const any = (): ConnectorProcess => {
    const living = controls.filter(({ alive }) => alive())
    const one = living[turn++ % living.length]
    if (!one) throw new Error('no control process is left')
    return one
  }
  const provider = {
    id: 'provider',
    protocolUrl: `${protocol.url}/dsp/2025-1`,
    api: (...call: Parameters<ConnectorProcess['api']>) => any().api(...call),
    persist: (...call: Parameters<ConnectorProcess['api']>) => any().persist(...call),
  }
  return { provider, controls, consumer, balancers: { protocol, data }, stop }
}

const member = async (
  id: string,
  name: string,
  settings: Record<string, unknown>,
  meet: Acquaintances,
  { directory, built = false }: FleetPlan,
): Promise<ConnectorProcess> =>
  connectorProcess(id, join(directory, name), meet, {
    files: directory,
    settings,
    log: 'file',
    ...(!built && { program: [await builtProgram()] }),
  })
