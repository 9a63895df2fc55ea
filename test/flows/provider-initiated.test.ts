import t, { type Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Lab, LabOptions } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { beginTransfer, openShop, otherPath, type Shown, statesOf, until } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

/** The consumer asks a person about offers that it has not asked for. */
const adjust: NonNullable<LabOptions['adjust']> = (config, part) =>
  part === 'consumer' ? { ...config, negotiation: { ...config.negotiation, counterOffers: 'ask' } } : config

/** The provider makes an offer; the answer is its negotiation's path. */
async function makeOffer({ provider, consumer }: Lab): Promise<string> {
  const { id } = await post<Shown>(provider, '/v1/negotiations', {
    role: 'provider',
    counterparty: consumer.id,
    address: consumer.connector.protocolUrl(),
    offer: { '@id': 'urn:offer:spring', '@type': 'Offer', target: 'iowa-generation', permission: [{ action: 'use' }] },
  })
  return `/v1/negotiations/${id}`
}

/** Waits until a person is asked about it; the answer is the consumer's path. */
async function waitingAt({ consumer, provider }: Lab, offered: string): Promise<string> {
  await reach(provider, offered, 'OFFERED')
  const path = await otherPath(provider, offered)
  const { waiting } = await until(consumer, path, ({ waiting }) => waiting !== null)
  if (waiting?.whom !== 'person') throw new Error('nobody was asked')
  return path
}

async function labWithOffer(t: Test) {
  const lab = await startLab(t, { adjust })
  await openShop(lab)
  const offered = await makeOffer(lab)
  return { lab, offered, received: await waitingAt(lab, offered) }
}

t.test("a provider's offer waits for a person, who says yes, and data flows under it", async t => {
  const { lab, offered, received } = await labWithOffer(t)
  const { provider, consumer } = lab
  t.match(await get(consumer, received), { state: 'OFFERED', role: 'consumer', dataset: 'iowa-generation' })

  await post(consumer, `${received}/approve`, {})
  const { agreementId } = await reach<Shown>(consumer, received, 'FINALIZED')
  await reach(provider, offered, 'FINALIZED')
  const went = ['OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED']
  t.strictSame(await statesOf(consumer, received), went)
  t.strictSame(await statesOf(provider, offered), went)

  await reach(consumer, await beginTransfer(lab, agreementId ?? ''), 'STARTED')
})

t.test('a person who says no ends it on both sides, with the reason', async t => {
  const { lab, offered, received } = await labWithOffer(t)
  await post(lab.consumer, `${received}/terminate`, { reason: 'we have enough wind' })
  const { error } = await reach(lab.provider, offered, 'TERMINATED')
  t.equal(error, 'we have enough wind')
  await reach(lab.consumer, received, 'TERMINATED')
})

t.test('only who was asked can answer', async t => {
  const { lab, offered } = await labWithOffer(t)
  await t.rejects(post(lab.provider, `${offered}/approve`, {}), { message: /409 .*only it can accept/ })
})
