import { truncate, writeFile } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { silent, startLiar } from '../test/support/liars.ts'
import { addDataset, findOffer, negotiate, offerAll, transfer } from '../test/support/operator.ts'
import { type ConnectorProcess, connectorProcesses } from '../test/support/processes.ts'
import { inFlight, percentile, timed } from './support/numbers.ts'
import { untilState } from './support/pair.ts'
import type { Context, Part } from './support/part.ts'
import { usageOf } from './support/usage.ts'

const DSP = 'https://w3id.org/dspace/2025/1/context.jsonld'
const MIB = 2 ** 20

/** A provider between a consumer that behaves and one that does not: what the good one notices, and what it costs in memory. */
const part: Part = {
  name: 'hostile',
  async run(context) {
    const ends: (() => unknown)[] = []
    const [provider, consumer, flooder] = (await connectorProcesses(
      context.directory,
      ['provider', 'consumer', 'flooder'],
      {
        nodeOptions: context.nodeOptions,
        log: 'file',
        settings: { log: { level: 'info' } },
      },
    )) as [ConnectorProcess, ConnectorProcess, ConnectorProcess]
    try {
      await Promise.all([provider.start(), consumer.start()])
      await offerAll(provider)
      const file = join(context.directory, 'large.bin')
      await writeFile(file, '')
      await truncate(file, 64 * MIB)
      await addDataset(provider, 'large', { type: 'File', path: 'large.bin' })
      const offer = await findOffer(consumer, provider, 'large')
      const liar = await startLiar({ teardown: end => void ends.push(end as () => unknown) }, silent)
      await measureFlood(context, { provider, consumer, token: flooder.tokenFor('provider'), offer, address: liar.url })
      await measureStandstill(context, { provider, consumer, offer })
    } finally {
      for (const end of ends) end()
      await Promise.all([provider.stop(), consumer.stop()])
    }
  },
}
export default part

/** A peer that begins negotiations as fast as it can and never answers. */
async function measureFlood(
  context: Context,
  given: { provider: ConnectorProcess; consumer: ConnectorProcess; token: string; offer: object; address: string },
): Promise<void> {
  const { provider, consumer, token, offer, address } = given
  const rounds = context.quick ? 10 : 40
  const flood = context.quick ? 2_000 : 10_000
  const good = async () => {
    const all = await inFlight(rounds, 1, () =>
      timed(async () => untilState(consumer, 'negotiations', await negotiate(consumer, provider, offer), 'FINALIZED')),
    )
    return all.map(({ ms }) => ms)
  }
  await good()
  const before = await usageOf(provider.pid)
  const alone = await good()

  const agent = new Agent({ keepAlive: true })
  const statuses = new Map<number, number>()
  let [sent, most, over] = [0, before.connector.rss, false]
  const watch = (async () => {
    while (!over) {
      most = Math.max(most, (await usageOf(provider.pid)).connector.rss)
      await sleep(100)
    }
  })()
  const flooding = inFlight(flood, 64, async number => {
    const status = await begin(agent, provider, token, offer, address, number)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    sent++
  })
  const meanwhile: number[] = []
  // As long as the flood lasts; the good peer's own pace decides how often.
  while (sent < flood * 0.9)
    meanwhile.push(
      ...(await timed(async () =>
        untilState(consumer, 'negotiations', await negotiate(consumer, provider, offer), 'FINALIZED'),
      ).then(({ ms }) => [ms])),
    )
  await flooding
  const afterwards = await good()
  over = true
  await watch
  agent.destroy()

  const p50 = (times: readonly number[]) => percentile(times, 0.5)
  context.measured({ name: 'negotiation, nobody else, p50', value: p50(alone), unit: 'ms' })
  context.measured({
    name: `negotiation, while a peer sends ${flood} requests, 64 at once, p50`,
    value: p50(meanwhile),
    unit: 'ms',
  })
  context.measured({
    name: 'the same to nobody else',
    value: p50(meanwhile) / p50(alone),
    unit: '×',
    target: { atMost: 1.5 },
  })
  context.measured({ name: 'negotiation, while that peer answers nothing, p50', value: p50(afterwards), unit: 'ms' })
  context.measured({
    name: 'the same to nobody else, flood over',
    value: p50(afterwards) / p50(alone),
    unit: '×',
    target: { atMost: 1.3 },
  })
  context.measured({ name: 'memory of the provider before', value: before.connector.rss, unit: 'MiB' })
  context.measured({ name: 'memory of the provider, the most', value: most, unit: 'MiB', target: { atMost: 200 } })
  context.remark(`answers to the flood: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`)
}

/** One more first message of the flood; the status it was answered with. */
function begin(
  agent: Agent,
  provider: ConnectorProcess,
  token: string,
  offer: object,
  callbackAddress: string,
  number: number,
): Promise<number> {
  const message = {
    '@context': [DSP],
    '@type': 'ContractRequestMessage',
    consumerPid: `urn:flood:${number}`,
    callbackAddress,
    offer,
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const outgoing = request(`${provider.protocolUrl}/negotiations/request`, { method: 'POST', agent, headers })
    outgoing.on('error', reject)
    outgoing.on('response', answer => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
    outgoing.end(JSON.stringify(message))
  })
}

/** A thousand downloads of which nobody reads more than the head. */
async function measureStandstill(
  context: Context,
  { provider, consumer, offer }: { provider: ConnectorProcess; consumer: ConnectorProcess; offer: object },
): Promise<void> {
  const downloads = context.quick ? 100 : 1_000
  const { agreementId } = await untilState(
    consumer,
    'negotiations',
    await negotiate(consumer, provider, offer),
    'FINALIZED',
  )
  const id = await transfer(consumer, provider, agreementId ?? '')
  await untilState(consumer, 'transfers', id, 'STARTED')
  const { dataAddress } = (await consumer.api(
    'GET',
    `/management/v1/transfers/${encodeURIComponent(id)}/edr?fresh=true`,
  )) as {
    dataAddress: { endpoint: string; endpointProperties: { name: string; value: string }[] }
  }
  const token = dataAddress.endpointProperties.find(({ name }) => name === 'authorization')?.value ?? ''
  const memory = async () => (await usageOf(provider.pid)).connector.rss
  const standStill = async () => {
    const open = await inFlight(downloads, 64, () => stall(dataAddress.endpoint, token))
    // Until it has filled what it fills.
    await sleep(3_000)
    const during = await memory()
    for (const outgoing of open) outgoing.destroy()
    await sleep(2_000)
    return during
  }
  const before = await memory()
  const during = await standStill()
  const again = await standStill()
  context.measured({
    name: `memory of the provider, ${downloads} downloads of 64 MiB stand still`,
    value: during,
    unit: 'MiB',
  })
  context.measured({ name: 'of that, a download', value: ((during - before) * 1_024) / downloads, unit: 'KiB' })
  context.measured({
    name: 'memory, when as many come again',
    value: again / during,
    unit: '×',
    target: { atMost: 1.2 },
  })
}

/** Begins a download and reads nothing of it. */
function stall(url: string, token: string): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers: { authorization: `Bearer ${token}` } })
    outgoing.on('error', reject)
    outgoing.on('response', (answer: IncomingMessage) => {
      answer.on('error', () => {})
      resolve(outgoing)
    })
    outgoing.end()
  })
}
