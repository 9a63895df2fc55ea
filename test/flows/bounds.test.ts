import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { choose, otherPath, type Shown, until } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { notedBy, offer, useIf } from '../support/terms.ts'

const days = (count: number) => ({
  leftOperand: 'inForceDate',
  operator: 'lteq',
  rightOperand: `contractAgreement+${count}d`,
})
const forPartners = { leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: 'energy-partners' }

/** A shop that offers thirty days, and would accept up to ninety, for partners only. */
async function openShop(t: Parameters<typeof startLab>[0], boundsPolicyId = 'bounds'): Promise<TestLab> {
  const adjust = <C extends { negotiation: object }>(config: C) => ({
    ...config,
    negotiation: { ...config.negotiation, counterOffers: 'ask' as const },
  })
  const lab = await startLab(t, { adjust })
  const drip = await startDrip(t)
  await post(lab.provider, '/v3/policydefinitions', {
    '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
    '@id': 'bounds',
    policy: { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', ...useIf(days(90), forPartners) },
  })
  const source = { type: 'HttpData', baseUrl: drip.url }
  const more = { boundsPolicyId }
  await offer(lab.provider, { id: 'data', source, terms: useIf(days(30), forPartners), more })
  return lab
}

/** Asks for the data on other terms than those offered. */
async function ask(lab: TestLab, terms: object) {
  const { catalog, dataset } = await choose(lab.consumer, lab, 'data')
  const counter = { '@id': dataset.hasPolicy[0]?.['@id'] ?? '', '@type': 'Offer', ...terms }
  return request(lab.consumer, { catalog, dataset: { ...dataset, hasPolicy: [counter] } })
}

t.test('a counter-offer within the declared bounds is accepted by itself, and the journal says why', async t => {
  const lab = await openShop(t)
  const ours = await ask(lab, useIf(days(75), forPartners))
  await reach<Shown>(lab.consumer, ours, 'FINALIZED')
  const [noted] = await notedBy(lab.provider, await otherPath(lab.consumer, ours), 'within-bounds')
  t.match(noted, {
    event: 'decided',
    message: 'agree',
    detail: { reasons: [/within the bounds/], report: { permitted: true, rules: [{ path: '/permission/0' }] } },
  })
})

for (const [says, terms] of [
  ['too long', useIf(days(91), forPartners)],
  ['open to everybody', useIf(days(30))],
] as const)
  t.test(`a counter-offer that is ${says} waits for a person, who is told what goes beyond`, async t => {
    const lab = await openShop(t)
    const ours = await ask(lab, terms)
    await reach(lab.consumer, ours, 'REQUESTED')
    const theirs = await otherPath(lab.consumer, ours)
    const { waiting } = await until(lab.provider, theirs, shown => shown.waiting?.whom === 'person')
    t.match(waiting?.reasons, [/differ/, /Beyond the bounds: permission 1 is wider/])
    await post(lab.provider, `${theirs}/approve`, {})
    await reach(lab.consumer, ours, 'FINALIZED')
  })

t.test('bounds are shown with their contract definition', async t => {
  const lab = await openShop(t)
  t.match(await get(lab.provider, '/v3/contractdefinitions/data-offer'), { boundsPolicyId: 'bounds' })
})

t.test('bounds that nobody has written allow nothing: a counter-offer waits for a person', async t => {
  const lab = await openShop(t, 'nowhere')
  const ours = await ask(lab, useIf(days(31), forPartners))
  await reach(lab.consumer, ours, 'REQUESTED')
  const theirs = await otherPath(lab.consumer, ours)
  const { waiting } = await until(lab.provider, theirs, shown => shown.waiting?.whom === 'person')
  t.match(waiting?.reasons, [/differ/])
})
