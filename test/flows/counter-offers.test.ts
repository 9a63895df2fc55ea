import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { LabOptions } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { sameTerms } from '../../src/policy/index.ts'
import { choose, openShop, otherPath, type Shown, statesOf, until } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

/** Both sides ask a person about terms that they have not proposed themselves. */
const adjust: NonNullable<LabOptions['adjust']> = config => ({
  ...config,
  negotiation: { ...config.negotiation, counterOffers: 'ask' },
})

/** An offer for use until the end of a year. */
const usableUntil = (year: number) => ({
  '@id': `urn:offer:until-${year}`,
  '@type': 'Offer',
  target: 'iowa-generation',
  permission: [
    {
      action: 'use',
      constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: `${year}-12-31T23:59:59Z` }],
    },
  ],
})

/** Somebody asks for the dataset until the end of a year, which is not what is offered. */
async function ask(lab: Awaited<ReturnType<typeof startLab>>, year: number) {
  const { consumer, provider } = lab
  await openShop(lab)
  const { catalog, dataset } = await choose(consumer, lab)
  const asked = { ...usableUntil(year), '@id': dataset.hasPolicy[0]?.['@id'] ?? '' }
  const ours = await request(consumer, { catalog, dataset: { ...dataset, hasPolicy: [asked] } })
  await reach(consumer, ours, 'REQUESTED')
  const theirs = await otherPath(consumer, ours)
  await until(provider, theirs, ({ waiting }) => waiting?.whom === 'person')
  return { ours, theirs }
}

const waits = ({ waiting }: Shown) => waiting?.whom === 'person'

t.test('several rounds lead to an agreement on the last offer', async t => {
  const lab = await startLab(t, { adjust })
  const { consumer, provider } = lab
  const { ours, theirs } = await ask(lab, 2040)

  await post(provider, `${theirs}/counter`, { offer: usableUntil(2030) })
  await until(consumer, ours, shown => shown.state === 'OFFERED' && waits(shown))
  await post(consumer, `${ours}/counter`, { offer: usableUntil(2036) })
  await until(provider, theirs, shown => shown.state === 'REQUESTED' && shown.offers.length === 3 && waits(shown))
  await post(provider, `${theirs}/counter`, { offer: usableUntil(2033) })
  await until(consumer, ours, shown => shown.offers.length === 4 && waits(shown))
  await post(consumer, `${ours}/approve`, {})

  const { agreement, offers } = await reach<Shown>(consumer, ours, 'FINALIZED')
  await reach(provider, theirs, 'FINALIZED')
  t.ok(agreement && sameTerms(agreement, usableUntil(2033) as Parameters<typeof sameTerms>[0]))
  t.strictSame(
    offers.map(({ by }) => by),
    ['consumer', 'provider', 'consumer', 'provider'],
  )
  t.strictSame((await get<Shown>(provider, theirs)).agreement, agreement)
  const went = ['REQUESTED', 'OFFERED', 'REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED']
  t.strictSame(await statesOf(consumer, ours), went)
  t.strictSame(await statesOf(provider, theirs), went)
})

t.test('a decision can wait while both connectors are stopped and started again', async t => {
  const lab = await startLab(t, { adjust })
  const { consumer, provider } = lab
  const { ours, theirs } = await ask(lab, 2035)
  const before = await get<Shown>(provider, theirs)

  await Promise.all([provider.stop(), consumer.stop()])
  await Promise.all([provider.start(), consumer.start()])
  t.strictSame(await get(provider, theirs), before, 'it still waits for the same')

  await post(provider, `${theirs}/approve`, {})
  const { agreement } = await reach<Shown>(consumer, ours, 'FINALIZED')
  t.ok(agreement && sameTerms(agreement, usableUntil(2035) as Parameters<typeof sameTerms>[0]))
})

t.test('agreeing to terms of its own is no decision: the offer that comes back unchanged is accepted', async t => {
  const lab = await startLab(t, { adjust })
  const { consumer, provider } = lab
  const { ours, theirs } = await ask(lab, 2034)
  await post(provider, `${theirs}/counter`, { offer: usableUntil(2034) })
  await reach(consumer, ours, 'FINALIZED')
  t.strictSame(await statesOf(consumer, ours), ['REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED'])
})
