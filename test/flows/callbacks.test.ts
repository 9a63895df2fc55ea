import t, { type Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { catalogRequest } from '../../src/lab/story/browse.ts'
import { reach, type Standing } from '../../src/lab/story/follow.ts'
import { transferRequest } from '../../src/lab/story/transfer.ts'
import { choose, openShop } from '../support/deals.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { type Received, startReceiver } from '../support/receiver.ts'

/** What is told in the EDC's words. */
interface Envelope {
  readonly id: string
  readonly at: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has a payload of its own
  readonly payload: any
}

const envelopes = (received: readonly Received[]): readonly Envelope[] => received.map(({ body }) => JSON.parse(body))
const typesOf = (received: readonly Received[]) => envelopes(received).map(({ type }) => type)

/** Asks for a contract on a dataset of the lab, with callbacks; the path of the negotiation. */
async function requestContract(lab: TestLab, callbackAddresses: unknown): Promise<string> {
  const { dataset } = await choose(lab.consumer, lab)
  const [offer] = dataset.hasPolicy
  const policy = { ...offer, '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Offer', target: dataset['@id'] }
  const { '@id': id } = await post<{ '@id': string }>(lab.consumer, '/v3/contractnegotiations', {
    ...catalogRequest(lab.provider),
    policy: { ...policy, assigner: lab.provider.id },
    callbackAddresses,
  })
  return `/v1/negotiations/${id}`
}

async function requestTransfer(lab: TestLab, agreementId: string, callbackAddresses: unknown): Promise<string> {
  const { '@id': id } = await post<{ '@id': string }>(lab.consumer, '/v3/transferprocesses', {
    ...transferRequest(lab.provider, { agreementId }),
    callbackAddresses,
  })
  return `/v1/transfers/${id}`
}

async function openLab(t: Test, options: Parameters<typeof startLab>[1] = {}): Promise<TestLab> {
  const lab = await startLab(t, options)
  await openShop(lab)
  return lab
}

interface ShownCallbacks extends Standing {
  readonly callbacks: readonly {
    readonly pending: number
    readonly delivery: { readonly attempts: number; readonly lastError: string | null } | null
    readonly recent: readonly { readonly type: string; readonly status: number | null; readonly error: string | null }[]
  }[]
}

/** Waits until the first callback of a process is as it should be. */
async function callbackOf(
  who: Participant,
  path: string,
  holds: (callback: ShownCallbacks['callbacks'][number]) => boolean,
) {
  for (;;) {
    const [callback] = (await get<ShownCallbacks>(who, path)).callbacks
    if (callback && holds(callback)) return callback
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

t.test(
  'whoever is named when a contract is requested is told what happens, in order, and known by a secret',
  async t => {
    const lab = await openLab(t)
    const receiver = await startReceiver(t)
    await post(lab.consumer, '/v3/secrets', {
      '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
      '@id': 'our-key',
      value: 'open sesame',
    })
    const uri = receiver.url
    const path = await requestContract(lab, [
      { uri, events: ['contract.negotiation'], transactional: true, authKey: 'x-key', authCodeId: 'our-key' },
      { uri, events: ['contract.negotiation.finalized', 'contract.negotiation.terminated'], transactional: false },
      { uri, events: ['transfer.process'], transactional: false },
    ])
    const { agreementId } = await reach<Standing>(lab.consumer, path, 'FINALIZED')
    await receiver.until(6)
    const [known, unknown] = [true, false].map(has =>
      receiver.received.filter(({ headers }) => (headers['x-key'] === 'open sesame') === has),
    )
    t.strictSame(typesOf(known ?? []), [
      'ContractNegotiationInitiated',
      'ContractNegotiationRequested',
      'ContractNegotiationAgreed',
      'ContractNegotiationVerified',
      'ContractNegotiationFinalized',
    ])
    t.strictSame(typesOf(unknown ?? []), ['ContractNegotiationFinalized'], 'whoever wants but one is told but one')
    const [first, ...others] = envelopes(known ?? [])
    t.equal(first?.payload.contractOffers.length, 1, 'what is asked for is known from the beginning')
    const last = others.at(-1)
    t.match(last, {
      id: /^[0-9a-f-]{36}$/,
      at: Number,
      payload: {
        contractNegotiationId: path.replace('/v1/negotiations/', ''),
        counterPartyId: lab.provider.id,
        protocol: 'dataspace-protocol-http:2025-1',
        callbackAddresses: [{ uri, transactional: true, authKey: 'x-key', authCodeId: 'our-key' }, {}, {}],
        contractOffers: [{ policy: { '@type': { '@policytype': 'offer' } } }],
        contractAgreement: {
          id: agreementId,
          policy: {
            permissions: [{ edctype: 'dataspaceconnector:permission' }],
            '@type': { '@policytype': 'contract' },
          },
        },
      },
    })
    t.notMatch(JSON.stringify(last), 'sesame')
  },
)

t.test('whoever is told that a transfer has started can fetch the data', async t => {
  const lab = await openLab(t)
  const receiver = await startReceiver(t)
  const callbacks = [{ uri: receiver.url, events: ['transfer.process'], transactional: false }]
  const { agreementId } = await reach<Standing>(lab.consumer, await requestContract(lab, []), 'FINALIZED')
  const path = await requestTransfer(lab, agreementId ?? '', callbacks)
  await receiver.until(3)
  t.strictSame(typesOf(receiver.received), [
    'TransferProcessInitiated',
    'TransferProcessRequested',
    'TransferProcessStarted',
  ])
  const { properties } = envelopes(receiver.received).at(-1)?.payload.dataAddress ?? {}
  const data = await fetch(properties['https://w3id.org/edc/v0.0.1/ns/endpoint'], {
    headers: { authorization: properties['https://w3id.org/edc/v0.0.1/ns/authorization'] },
  })
  t.equal(data.status, 200)
  await data.body?.cancel()
  await post(lab.consumer, `${path}/terminate`, { reason: 'enough of it' })
  await receiver.until(4)
  t.match(envelopes(receiver.received).at(-1), {
    type: 'TransferProcessTerminated',
    payload: { reason: 'enough of it' },
  })
})

t.test('one that takes nothing holds up nobody; what it was not told of comes later, in order', async t => {
  const lab = await openLab(t)
  let works = false
  const receiver = await startReceiver(t, () => (works ? 204 : 503))
  const path = await requestContract(lab, { uri: receiver.url, events: ['contract.negotiation'], transactional: true })
  await reach<Standing>(lab.consumer, path, 'FINALIZED')
  const failing = await callbackOf(
    lab.consumer,
    path,
    ({ pending, delivery }) => pending === 5 && delivery?.lastError != null,
  )
  t.match(failing, {
    delivery: { lastError: 'The receiver answered 503.' },
    recent: [{ type: 'contract.negotiation.initiated', status: 503, error: 'The receiver answered 503.' }],
  })
  const before = receiver.received.length
  works = true
  await receiver.until(before + 5)
  t.equal(
    typesOf(receiver.received.slice(before)).join(),
    [
      'ContractNegotiationInitiated,ContractNegotiationRequested,ContractNegotiationAgreed',
      'ContractNegotiationVerified,ContractNegotiationFinalized',
    ].join(),
  )
  const ids = envelopes(receiver.received)
    .filter(({ type }) => type === 'ContractNegotiationInitiated')
    .map(({ id }) => id)
  t.equal(new Set(ids).size, 1, 'the same event has the same id at every attempt')
  const done = await callbackOf(lab.consumer, path, ({ pending }) => pending === 0)
  t.match(done, { delivery: null, recent: [{ type: 'contract.negotiation.finalized', status: 204, error: null }] })
})

t.test('what could not be told in time is given up, with an event, and so is what somebody wants no more', async t => {
  const lab = await openLab(t, {
    adjust: config => ({ ...config, events: { ...config.events, webhookPatience: 300 } }),
  })
  const [failing, gone] = await Promise.all([startReceiver(t, () => 500), startReceiver(t, () => 410)])
  const path = await requestContract(lab, [
    { uri: `${failing.url}?key=sesame`, events: ['contract.negotiation.finalized'], transactional: false },
    { uri: gone.url, events: ['contract.negotiation.finalized'], transactional: false },
  ])
  await reach<Standing>(lab.consumer, path, 'FINALIZED')
  for (;;) {
    const { items } = await get<{ items: readonly { subject: string; data: object }[] }>(
      lab.consumer,
      '/v1/events?after=0&type=callback.gave-up',
    )
    if (items.length === 2) {
      const told = items.toSorted((a, b) => JSON.stringify(a.data).length - JSON.stringify(b.data).length)
      t.match(told, [
        {
          subject: path.replace('/v1/negotiations/', ''),
          data: { url: String, reason: /finalized could not be told: The receiver answered/ },
        },
        { data: { reason: /answered/ } },
      ])
      t.notMatch(JSON.stringify(items), 'sesame', 'what opens the receiver is told to nobody else')
      break
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  t.equal(gone.received.length, 1, 'who wants nothing is not asked again')
  t.match(await callbackOf(lab.consumer, path, ({ pending }) => pending === 0), { delivery: null })
})
