import { spawnSync } from 'node:child_process'
import { addDataset, offerAll } from '../test/support/operator.ts'
import { type ConnectorProcess, connectorProcesses } from '../test/support/processes.ts'
import { inFlight, percentile } from './support/numbers.ts'
import { openLoop, type Shot } from './support/open-loop.ts'
import type { Context, Part } from './support/part.ts'
import { spentBetween, usageOf } from './support/usage.ts'

/** Mixed reads of the management API at growing rates, sent without waiting for answers; the connector has one core. */
const part: Part = {
  name: 'management',
  async run(context) {
    const { directory, nodeOptions, quick } = context
    const [connector] = (await connectorProcesses(directory, ['provider'], {
      nodeOptions,
      log: 'file',
      settings: { log: { level: 'info' } },
    })) as [ConnectorProcess]
    await connector.start()
    try {
      const assets = quick ? 1_000 : 10_000
      await offerAll(connector)
      await inFlight(assets, 16, index => addAsset(connector, index))
      const key = await makeKey(connector)
      if (!pin(connector.pid)) context.remark('taskset is not there: the connector had all cores')
      await shoot(connector, 200, quick ? 2 : 10, key, assets)
      for (const perSecond of quick ? [200] : [250, 500, 1_000])
        await measure(context, connector, perSecond, key, assets)
    } finally {
      await connector.stop()
    }
  },
}
export default part

const idOf = (index: number): string => `asset-${String(index).padStart(5, '0')}`

const addAsset = (connector: ConnectorProcess, index: number): Promise<void> =>
  addDataset(
    connector,
    idOf(index),
    { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
    {
      'http://purl.org/dc/terms/title': `Feed-in of wind farm ${index}`,
      'http://purl.org/dc/terms/description': 'Energy fed into the grid, by quarter of an hour, at the transformer.',
      'http://www.w3.org/ns/dcat#keyword': ['wind', 'energy', `farm ${index}`],
      region: `region ${index % 16}`,
    },
  )

/** A dashboard's key, such as most reads come by. */
async function makeKey(connector: ConnectorProcess): Promise<string> {
  const made = await connector.api('POST', '/management/v1/api-keys', { name: 'dashboard', role: 'read' })
  return (made as { key: string }).key
}

/** Of util-linux, which is on most machines. */
const pinner = 'taskset'

/** Leaves a process one core, all its threads. */
const pin = (pid: number): boolean => spawnSync(pinner, ['-acp', '0', String(pid)]).status === 0

const edc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
const where = (operandLeft: string, operandRight: string) => ({
  ...edc,
  filterExpression: [{ operandLeft, operator: '=', operandRight }],
})

/** Of ten requests: four for one asset, one for a page of 50, one for those of a region, two for what is found by id, one list each of policies and negotiations. */
function shotsFor(key: string, assets: number) {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' }
  const get = (path: string): Shot => ({ method: 'GET', path: `/management${path}`, headers })
  const post = (path: string, body: object): Shot => ({
    method: 'POST',
    path: `/management${path}`,
    headers,
    body: JSON.stringify(body),
  })
  // Neighbours in time are far from each other in the catalogue.
  const anyOf = (index: number) => idOf((index * 7_919) % assets)
  const one = (index: number) => get(`/v3/assets/${anyOf(index)}`)
  const byId = (index: number) => post('/v3/assets/request', where('id', anyOf(index)))
  const page = (index: number) => post('/v3/assets/request', { ...edc, offset: (index * 50) % assets, limit: 50 })
  const region = (index: number) =>
    post('/v3/assets/request', { ...where('region', `region ${index % 16}`), limit: 10 })
  const policies = () => post('/v3/policydefinitions/request', edc)
  const negotiations = () => get('/v1/negotiations')
  const mix = [one, page, one, byId, one, region, one, byId, policies, negotiations]
  return (index: number): Shot => (mix[index % mix.length] ?? one)(index)
}

const shoot = (connector: ConnectorProcess, perSecond: number, seconds: number, key: string, assets: number) =>
  openLoop({ origin: connector.origins.management, perSecond, seconds, shot: shotsFor(key, assets) })

async function measure(
  context: Context,
  connector: ConnectorProcess,
  perSecond: number,
  key: string,
  assets: number,
): Promise<void> {
  const seconds = context.quick ? 3 : 20
  const before = await usageOf(connector.pid)
  const { times, failures, late } = await shoot(connector, perSecond, seconds, key, assets)
  const spent = spentBetween([before], [await usageOf(connector.pid)])
  const name = `${perSecond.toLocaleString('en')} requests a second`
  const tell = (what: string, value: number, unit: string, atMost?: number) =>
    context.measured({ name: `${name}, ${what}`, value, unit, ...(atMost !== undefined && { target: { atMost } }) })
  tell('p50', percentile(times, 0.5), 'ms')
  tell('p99', percentile(times, 0.99), 'ms', 50)
  tell('the slowest', percentile(times, 1), 'ms')
  tell('not answered, or not by 200', failures, '', 0)
  tell('CPU of the connector for each', spent.connector / times.length, 'ms')
  tell('CPU of PostgreSQL for each', spent.database / times.length, 'ms')
  tell('sent as late as', late, 'ms')
}
