import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Lab } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { choose, otherPath, type Shown, until } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'
import { notedBy, offer, useIf } from '../support/terms.ts'

const days = (count: number) =>
  useIf({ leftOperand: 'inForceDate', operator: 'lteq', rightOperand: `contractAgreement+${count}d` })

const adjust = <C extends { negotiation: object }>(config: C) => ({
  ...config,
  negotiation: { ...config.negotiation, counterOffers: 'ask' as const },
})

/** The consumer asks for ninety days, needs thirty, and is offered something else; its path, and the provider's. */
async function answeredWith(lab: Lab, terms: object): Promise<readonly [ours: string, theirs: string]> {
  const { consumer, provider } = lab
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  await offer(provider, { id: 'data', source, terms: days(10) })
  const { catalog, dataset } = await choose(consumer, lab, 'data')
  const asked = { '@id': dataset.hasPolicy[0]?.['@id'], '@type': 'Offer', target: 'data', ...days(90) }
  const { id } = await post<Shown>(consumer, '/v1/negotiations', {
    counterparty: catalog.participantId,
    address: catalog.service[0]?.endpointURL,
    offer: asked,
    needs: days(30),
  })
  const ours = `/v1/negotiations/${id}`
  await reach(consumer, ours, 'REQUESTED')
  const theirs = await otherPath(consumer, ours)
  await until(provider, theirs, ({ waiting }) => waiting?.whom === 'person')
  await post(provider, `${theirs}/counter`, { offer: { ...asked, ...days(10), ...terms } })
  return [ours, theirs]
}

t.test(
  'a counter-offer that gives what the consumer needs is accepted by itself, and the journal says why',
  async t => {
    const lab = await startLab(t, { adjust })
    const [ours, theirs] = await answeredWith(lab, days(60))
    await reach(lab.consumer, ours, 'FINALIZED')
    await reach(lab.provider, theirs, 'FINALIZED')
    t.match(await notedBy(lab.consumer, ours, 'meets-needs'), [{ event: 'decided', message: 'accept' }])
  },
)

t.test('one that gives less waits for a person, who is told so', async t => {
  const lab = await startLab(t, { adjust })
  const [ours] = await answeredWith(lab, days(29))
  const { waiting } = await until(lab.consumer, ours, shown => shown.waiting?.whom === 'person')
  t.match(waiting?.reasons, [/differ/, /What we need goes beyond the offer: permission 1 is wider/])
  t.match(await get(lab.consumer, ours), { state: 'OFFERED' })
})
