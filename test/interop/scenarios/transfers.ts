import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { managementKey } from '../../support/processes.ts'
import { type Edr, fetchData, readEdr, transfer, until } from '../../support/v3.ts'
import { agreementIdOf, orderBoth, startTransfer } from '../exchange.ts'
import { bothWays, demand, type Scenario } from '../scenario.ts'
import { DATA } from '../source.ts'

/** An EDC lets a token count for up to a second after both sides have taken the transfer for ended. */
async function demandClosed(way: Edr): Promise<void> {
  const end = performance.now() + 5_000
  for (;;) {
    const { status } = await fetchData(way)
    if (status === 401 || status === 403) return
    demand(performance.now() < end, `the data is still answered with ${status}`)
    await sleep(50)
  }
}

async function demandData(way: Edr): Promise<void> {
  const answer = await fetchData(way)
  demand((await answer.text()) === DATA, `the data is answered with ${answer.status}`)
}

const ends = (['consumer', 'provider'] as const).flatMap(by => [
  ...bothWays(`a transfer that the ${by} suspends and resumes`, async (pair, world) => {
    const ids = await startTransfer(pair, world)
    const before = await readEdr(pair.consumer, ids.consumer)
    await orderBoth(pair, ids, by, 'suspend')
    await demandClosed(before)
    await orderBoth(pair, ids, by, 'resume')
    await demandData(await readEdr(pair.consumer, ids.consumer))
  }),
  ...bothWays(`a transfer that the ${by} ends`, async (pair, world) => {
    const ids = await startTransfer(pair, world)
    const way = await readEdr(pair.consumer, ids.consumer)
    await orderBoth(pair, ids, by, 'terminate')
    await demandClosed(way)
  }),
])

const program = fileURLToPath(new URL('../../../bin/kontor.js', import.meta.url))

/** Data that moves, rests and stops. */
export const transfers: readonly Scenario[] = [
  ...bothWays('data pulled', async (pair, world) => {
    const ids = await startTransfer(pair, world)
    await demandData(await readEdr(pair.consumer, ids.consumer))
  }),
  {
    name: 'Kontor consumes: `kontor fetch` downloads from the data plane of the EDC',
    async run(world) {
      const { consumer } = await startTransfer({ consumer: world.kontor, provider: world.edc }, world)
      const directory = await mkdtemp(join(tmpdir(), 'kontor-interop-'))
      try {
        const file = join(directory, 'data.csv')
        const env = { ...process.env, KONTOR_URL: world.kontor.origins.management, KONTOR_KEY: managementKey }
        await promisify(execFile)(process.execPath, [program, 'fetch', consumer, '--output', file], { env })
        demand((await readFile(file, 'utf8')) === DATA, 'the file is what there is')
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  },
  ...bothWays('data pushed', async (pair, world) => {
    const path = `/pushed-by-${pair.provider.id}`
    const destination = { baseUrl: `${world.source.url}${path}` }
    const id = await transfer(pair.consumer, pair.provider, await agreementIdOf(pair, world), destination)
    await until(pair.consumer, 'transferprocesses', id, ['COMPLETED', 'DEPROVISIONED'])
    demand(world.source.received(path) === DATA, 'what was pushed is what there is')
  }),
  ...ends,
]
