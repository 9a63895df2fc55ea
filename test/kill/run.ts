import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { addDataset, findOffer, negotiate, offerAll, transfer } from '../support/operator.ts'
import { type ConnectorProcess, connectorProcesses } from '../support/processes.ts'

/*
 * npm run test:kill [-- --quick]
 *
 * A provider and a consumer, processes of their own with databases on disk, carry 50 negotiations and transfers (10 with
 * --quick) while one or the other is killed with SIGKILL at random moments, 30 times (6), in every second kill together
 * with its database. In the end nothing may be lost or doubled.
 */
const quick = process.argv.includes('--quick')
const [EXCHANGES, KILLS] = quick ? [10, 6] : [50, 30]
/** Longer than anything waits for its next attempt after outages as short as these, ms. */
const PATIENCE = 120_000
const say = (text: string) => process.stdout.write(`${text}\n`)

interface Item {
  readonly id: string
  readonly state: string | null
  readonly sending: readonly string[]
  readonly agreement?: { readonly '@id': string }
}
type Page = { readonly items: readonly Item[] }

const directory = await mkdtemp(join(tmpdir(), 'kontor-kill-'))
await writeFile(join(directory, 'wind.csv'), 'hour,mwh\n0,17\n')
const [provider, consumer] = (await connectorProcesses(directory, ['provider', 'consumer'])) as [
  ConnectorProcess,
  ConnectorProcess,
]
let failed = 0
const check = (good: boolean, what: string) => {
  say(`${good ? 'ok' : 'not ok'} ${what}`)
  if (!good) failed++
}

try {
  await Promise.all([provider.start(), consumer.start()])
  const offer = await publish()
  await Promise.all([killAtRandom(), ...Array.from({ length: EXCHANGES }, (_, i) => exchange(offer, i))])
  await compare()
} finally {
  await Promise.all([provider.stop(), consumer.stop()])
  await rm(directory, { recursive: true, force: true })
}
say(`${failed === 0 ? 'nothing lost, nothing doubled' : `${failed} wrong`}`)
process.exitCode = failed === 0 ? 0 : 1

async function publish(): Promise<object> {
  await addDataset(provider, 'wind', { type: 'File', path: 'wind.csv' })
  await offerAll(provider)
  return findOffer(consumer, provider, 'wind')
}

/** One negotiation and one transfer, as a patient operator does it. A command that dies with its process may have been taken: it is not repeated blindly. */
async function exchange(offer: object, index: number): Promise<void> {
  // Spread over the time that the kills take, so that each strikes while something is under way.
  await sleep(index * (quick ? 400 : 500))
  const id = await untilTaken(() => negotiate(consumer, provider, offer))
  const negotiation = await until(consumer, `/management/v1/negotiations/${encodeURIComponent(id)}`, [
    'FINALIZED',
    'TERMINATED',
  ])
  const agreementId = negotiation.agreement?.['@id']
  if (!agreementId) return
  const begun = await untilTaken(() => transfer(consumer, provider, agreementId))
  await until(consumer, `/management/v1/transfers/${encodeURIComponent(begun)}`, ['STARTED', 'COMPLETED', 'TERMINATED'])
}

async function untilTaken(command: () => Promise<string>): Promise<string> {
  for (;;) {
    try {
      return await command()
    } catch (error) {
      if ((error as { status?: number }).status !== undefined && (error as { status: number }).status < 500) throw error
      await sleep(100)
    }
  }
}

async function until(connector: ConnectorProcess, path: string, states: readonly string[]): Promise<Item> {
  for (;;) {
    const item = (await connector.persist('GET', path)) as Item
    if (item.state !== null && states.includes(item.state)) return item
    await sleep(100)
  }
}

async function killAtRandom(): Promise<void> {
  for (let kills = 0; kills < KILLS; kills++) {
    await sleep(50 + Math.random() * (quick ? 300 : 500))
    const victim = Math.random() < 0.5 ? provider : consumer
    const database = kills % 2 === 0
    await victim.kill(database)
    const begun = performance.now()
    await victim.start()
    say(
      `# kill ${kills + 1}: ${victim.id}${database ? ' and its database' : ''}, ready again after ${Math.round(performance.now() - begun)} ms`,
    )
  }
}

/** Both sides must tell the same story. */
async function compare(): Promise<void> {
  const all = async (connector: ConnectorProcess, what: string) => {
    const { items } = (await connector.persist('GET', `/management/v1/${what}?limit=1000`)) as Page
    return Promise.all(
      items.map(
        ({ id }) =>
          connector.persist('GET', `/management/v1/${what}/${encodeURIComponent(id)}`) as Promise<
            Item & { peerPid: string }
          >,
      ),
    )
  }
  for (const what of ['negotiations', 'transfers']) {
    const goal = what === 'negotiations' ? ['FINALIZED'] : ['STARTED', 'COMPLETED']
    const [ours, theirs] = await settled(goal, async () => [await all(consumer, what), await all(provider, what)])
    check(ours.length >= EXCHANGES, `${ours.length} ${what} at the consumer, ${theirs.length} at the provider`)
    check(ours.length === theirs.length, `each of the ${what} exists once on each side`)
    check(
      [...ours, ...theirs].every(({ state }) => goal.includes(state ?? '')),
      `all ${what} are ${goal.join(' or ')}`,
    )
    const agreements = (items: readonly Item[]) =>
      JSON.stringify(items.map(({ agreement }) => canonical(agreement)).sort())
    if (what === 'negotiations') {
      check(agreements(ours) === agreements(theirs), 'the agreements have the same content on both sides')
      check(new Set(ours.map(({ agreement }) => agreement?.['@id'])).size === ours.length, 'each agreement exists once')
    }
  }
}

/**
 * What was under way at the last kill is finished when everything is where it should be and nothing is left to be said. What has failed often
 * waits for its next attempt as long as it was away; what never comes is the checks' to tell.
 */
async function settled<Sides extends readonly (readonly Item[])[]>(
  goal: readonly string[],
  look: () => Promise<Sides>,
): Promise<Sides> {
  for (const deadline = performance.now() + PATIENCE; ; await sleep(500)) {
    const seen = await look()
    const settled = seen.flat().every(({ state, sending }) => goal.includes(state ?? '') && sending.length === 0)
    if (settled || performance.now() > deadline) return seen
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  )
}
