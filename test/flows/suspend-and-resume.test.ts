import t, { type Test } from 'tap'
import { post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, type Way, wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, negotiate, openShop, otherPath, type Shown, until } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab } from '../support/lab.ts'

const inEdc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

/** A started transfer of data that does not end by itself. A token lives so short that it is always due for renewal. */
async function startTransfer(t: Test) {
  const lab = await startLab(t, { adjust: config => ({ ...config, data: { ...config.data, tokenLifetime: 30_000 } }) })
  const drip = await startDrip(t)
  await openShop(lab)
  const dataAddress = { type: 'HttpData', baseUrl: drip.url }
  await post(lab.provider, '/v3/assets', { ...inEdc, '@id': 'drip', properties: {}, dataAddress })
  const consumers = await beginTransfer(lab, await negotiate(lab, 'drip'))
  await reach(lab.consumer, consumers, 'STARTED')
  const providers = await otherPath(lab.consumer, consumers)
  return { lab, drip, paths: { consumer: consumers, provider: providers } }
}

/** Begins to read, and tells how it ends. */
async function read(way: Way) {
  const response = await knock(way)
  const reader = response.body?.getReader()
  const first = await reader?.read()
  const rest = async () => {
    for (;;) if ((await reader?.read())?.done) return 'complete'
  }
  return { first: new TextDecoder().decode(first?.value), rest: rest().catch(() => 'broken off') }
}

/** The status with which a request for data is answered. */
async function status(way: Way): Promise<number> {
  const response = await knock(way)
  await response.body?.cancel()
  return response.status
}

for (const side of ['provider', 'consumer'] as const)
  t.test(`the ${side} suspends: the stream is cut, the token refused, and only the ${side} can resume`, async t => {
    const { lab, drip, paths } = await startTransfer(t)
    const other = side === 'provider' ? 'consumer' : 'provider'
    const before = await wayOf(lab.consumer, paths.consumer)
    const stream = await read(before)
    t.equal(stream.first, 'first piece\n')

    await post(lab[side], `${paths[side]}/suspend`, { reason: 'lunch' })
    t.equal(await stream.rest, 'broken off')
    for (const each of [side, other] as const) {
      const { suspendedBy } = await reach<Shown>(lab[each], paths[each], 'SUSPENDED')
      t.equal(suspendedBy, side, `the ${each} knows who suspended`)
    }
    t.equal(await status(before), 403)
    await t.rejects(wayOf(lab.consumer, paths.consumer), { message: /404/ })
    await t.rejects(post(lab[other], `${paths[other]}/resume`, {}), { message: /409 .*only it can resume/ })

    await post(lab[side], `${paths[side]}/resume`, {})
    for (const each of [side, other] as const) await reach(lab[each], paths[each], 'STARTED')
    const after = await wayAfter(lab.consumer, paths.consumer, before)
    const again = await read(after)
    drip.finish()
    t.equal(await again.rest, 'complete')
    t.equal(await status(before), 401, 'the token from before does not open it again')
  })

/** Where the data is fetched once the resumed provider has told. */
async function wayAfter(consumer: Participant, path: string, before: Way): Promise<Way> {
  const way = await wayOf(consumer, path)
  if (way.token !== before.token) return way
  throw new Error('the consumer was not told a new token')
}

t.test('a resumed transfer renews its token as often as need be', async t => {
  const { lab, paths } = await startTransfer(t)
  await post(lab.consumer, `${paths.consumer}/suspend`, { reason: 'lunch' })
  await reach(lab.provider, paths.provider, 'SUSPENDED')
  await until(lab.consumer, paths.consumer, ({ sending }) => sending.length === 0)
  await post(lab.consumer, `${paths.consumer}/resume`, {})
  await reach(lab.consumer, paths.consumer, 'STARTED')
  const tokens = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const way = await wayOf(lab.consumer, paths.consumer)
    tokens.add(way.token)
    t.equal(await status(way), 200)
  }
  t.equal(tokens.size, 3)
})
