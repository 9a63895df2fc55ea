import t from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { LabOptions } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, transferRequest, wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, choose, negotiate, openShop, otherPath, type Shown, statesOf, until } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

/** The provider asks a person, so that it can be stopped between question and answer. */
const adjust: NonNullable<LabOptions['adjust']> = (config, part) =>
  part === 'provider' ? { ...config, negotiation: { ...config.negotiation, counterOffers: 'ask' } } : config

const whole = ['REQUESTED', 'AGREED', 'VERIFIED', 'FINALIZED']

/** A message that was tried in vain at least once, and is still to be delivered. */
const isTrying = (message: string) => (shown: Shown) => shown.sending.includes(message)

t.test('a provider that is down when it is asked for a contract finds the request when it comes back', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)
  const choice = await choose(consumer, lab)

  await provider.stop()
  const path = await request(consumer, choice)
  t.match(await get(consumer, path), { state: null, sending: ['request'] })
  await provider.start()

  await reach(consumer, path, 'FINALIZED')
  t.strictSame(await statesOf(consumer, path), whole)
})

t.test('a request survives that whoever makes it is stopped as well', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)
  const choice = await choose(consumer, lab)

  await provider.stop()
  const path = await request(consumer, choice)
  await consumer.stop()
  await Promise.all([provider.start(), consumer.start()])

  await reach(consumer, path, 'FINALIZED')
  await reach(provider, await otherPath(consumer, path), 'FINALIZED')
})

t.test('in the middle of a negotiation either side may be stopped, and it goes on by itself', async t => {
  const lab = await startLab(t, { adjust })
  const { consumer, provider } = lab
  await openShop(lab)
  const choice = await choose(consumer, lab)
  const terms = [
    {
      action: 'use',
      constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2040-01-01T00:00:00Z' }],
    },
  ]
  const offer = { '@id': choice.dataset.hasPolicy[0]?.['@id'] ?? '', '@type': 'Offer', permission: terms }
  const ours = await request(consumer, { ...choice, dataset: { ...choice.dataset, hasPolicy: [offer] } })
  await reach(consumer, ours, 'REQUESTED')
  const theirs = await otherPath(consumer, ours)

  await consumer.stop()
  await post(provider, `${theirs}/approve`, {})
  await until(provider, theirs, isTrying('agree'))
  await provider.stop()
  await provider.start()
  t.match(
    await get(provider, theirs),
    { state: 'REQUESTED', sending: ['agree'] },
    'the agreement is still to be delivered',
  )
  await consumer.start()

  await reach(consumer, ours, 'FINALIZED')
  await reach(provider, theirs, 'FINALIZED')
  t.strictSame(await statesOf(consumer, ours), whole)
  t.strictSame(await statesOf(provider, theirs), whole)
})

t.test('a transfer that is asked for while both are stopped in turn starts, and its data can be had', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)
  const agreementId = await negotiate(lab)

  // With the version in the address nothing is to be discovered first.
  const asked = { ...transferRequest(provider, { agreementId }), counterPartyAddress: provider.connector.protocolUrl() }
  await provider.stop()
  const { '@id': id } = await post<{ '@id': string }>(consumer, '/v3/transferprocesses', asked)
  await consumer.stop()
  await provider.start()
  await consumer.start()

  const path = `/v1/transfers/${id}`
  await reach(consumer, path, 'STARTED')
  t.equal((await knock(await wayOf(consumer, path))).status, 200)
})

t.test('tokens are as good after a restart of either side as before', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)
  const path = await beginTransfer(lab, await negotiate(lab))
  await reach(consumer, path, 'STARTED')
  const way = await wayOf(consumer, path)

  await Promise.all([provider.stop(), consumer.stop()])
  await Promise.all([provider.start(), consumer.start()])
  t.strictSame(await wayOf(consumer, path), way)
  t.equal((await knock(way)).status, 200)
})

t.test('a suspension and an end are heard of by a consumer that was down', async t => {
  const lab = await startLab(t)
  const { consumer, provider } = lab
  await openShop(lab)
  const path = await beginTransfer(lab, await negotiate(lab))
  await reach(consumer, path, 'STARTED')
  const way = await wayOf(consumer, path)
  const theirs = await otherPath(consumer, path)

  await consumer.stop()
  await post(provider, `${theirs}/suspend`, { reason: 'lunch' })
  t.equal((await knock(way)).status, 403, 'no data, though the consumer has not heard yet')
  await until(provider, theirs, isTrying('suspend'))
  await consumer.start()
  await reach(consumer, path, 'SUSPENDED')

  await reach(provider, theirs, 'SUSPENDED')
  await consumer.stop()
  await post(provider, `${theirs}/terminate`, { reason: 'no more' })
  await provider.stop()
  await provider.start()
  await consumer.start()
  const { error } = await reach(consumer, path, 'TERMINATED')
  t.equal(error, 'no more')
})
