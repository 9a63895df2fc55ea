import t, { type Test } from 'tap'
import type { Connector } from '../../src/connector.ts'
import { type CloudEvent, dataSchemas, type EventType, type Shape, toCloudEvent } from '../../src/events/index.ts'
import { createSchemas } from '../../src/jsonld/index.ts'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { beginTransfer, choose, negotiate, openShop, type Shown } from '../support/deals.ts'
import { type EventSource, openEventSource } from '../support/event-source.ts'
import { startLab } from '../support/lab.ts'
import { league, settle } from '../support/league.ts'
import { createClock } from '../support/terms.ts'

/** Follows what happens at a participant. */
const follow = (t: Test, { connector, key }: Participant, query = ''): Promise<EventSource> =>
  openEventSource(t, `${connector.urls().management}/management/v1/events${query}`, { 'x-api-key': key })

const short = ({ type }: CloudEvent): string => type.replace('dev.kontor.', '')

/** What happened to one subject. */
const storyOf = (events: readonly CloudEvent[], subject: string): string[] =>
  events.filter(event => event.subject === subject).map(short)

const schemas = createSchemas(Object.values(dataSchemas))

/** Whether the data of every event is as its schema says. */
function demandSchemas(t: Test, events: readonly CloudEvent[]): void {
  for (const { dataschema, data, type } of events) {
    const shape = dataschema.split(':')[3] as Shape
    const parse = schemas.compile(dataSchemas[shape], 'data')
    t.doesNotThrow(() => parse(data), `${type} is as ${dataschema} says`)
  }
}

t.test('a contract and a transfer are told on both sides, step by step, and each step is in the journal', async t => {
  const lab = await startLab(t)
  const sides = [await follow(t, lab.consumer), await follow(t, lab.provider)] as const
  await openShop(lab)
  const path = await request(lab.consumer, await choose(lab.consumer, lab))
  const { agreementId } = await reach<Shown>(lab.consumer, path, 'FINALIZED')
  const id = path.split('/').at(-1) ?? ''
  const [ours, theirs] = sides
  const finalized = await ours.find(({ type }) => type === 'dev.kontor.negotiation.finalized')
  t.match(finalized, { subject: id, data: { role: 'consumer', counterparty: lab.provider.id, agreement: agreementId } })
  t.strictSame(storyOf(ours.events, id), [
    'negotiation.commanded',
    'negotiation.requested',
    'negotiation.agreed',
    'negotiation.decided',
    'negotiation.verified',
    'negotiation.finalized',
  ])
  const { items } = await get<{ items: readonly { seq: number; hash: string }[] }>(lab.consumer, `${path}/history`)
  t.strictSame(
    ours.events
      .filter(({ subject }) => subject === id)
      .map(({ data }) => (data as { journal: { seq: number; hash: string } }).journal),
    items.map(({ seq, hash }) => ({ seq, hash })),
  )

  const transfer = await beginTransfer(lab, agreementId ?? '')
  await reach(lab.consumer, transfer, 'STARTED')
  await post(lab.consumer, `${transfer}/terminate`, { reason: 'enough' })
  const ended = await theirs.find(({ type }) => type === 'dev.kontor.transfer.terminated')
  t.match(ended, { data: { role: 'provider', cause: 'received', reasons: ['enough'], agreement: agreementId } })
  t.strictSame(
    theirs.events.map(short).filter(type => /^(dataset|policy|publication)/.test(type)).length > 2,
    true,
    'what was put on offer is told too',
  )
  for (const { events } of sides) demandSchemas(t, events)
})

t.test('the end of an agreement is told with who ended it and why, and what ran under it ends', async t => {
  const lab = await startLab(t)
  await openShop(lab)
  const agreementId = await negotiate(lab)
  const transfer = await beginTransfer(lab, agreementId)
  await reach(lab.consumer, transfer, 'STARTED')
  await lab.drain()
  const source = await follow(t, lab.provider, '?type=agreement.*,transfer.terminated')
  await post(lab.provider, `/v1/agreements/${agreementId}/retire`, { reason: 'sold' })
  const [retired, ended] = await source.until(2)
  t.match(retired, { subject: agreementId, data: { actor: 'operator', reason: 'sold', counterparty: lab.consumer.id } })
  t.match(ended, { type: 'dev.kontor.transfer.terminated', data: { agreement: agreementId } })
  demandSchemas(t, source.events)
})

t.test(
  'that a peer cannot be reached is told once, with the next try and the deadline; and that we gave up',
  async t => {
    const clock = createClock()
    const lab = await startLab(t, {
      adjust: config => ({ ...config, delivery: { giveUpAfter: 60_000 } }),
      surroundings: clock,
    })
    await openShop(lab)
    const choice = await choose(lab.consumer, lab)
    const source = await follow(t, lab.consumer)
    await lab.provider.stop()
    const path = await request(lab.consumer, choice)
    const failing = await source.find(({ type }) => type === 'dev.kontor.negotiation.failing')
    t.match(failing, { data: { lane: 'send', error: String, nextAttempt: String, deadline: String, state: null } })
    clock.forward(61_000)
    await source.find(({ type }) => type === 'dev.kontor.negotiation.terminated')
    t.strictSame(storyOf(source.events, path.split('/').at(-1) ?? ''), [
      'negotiation.commanded',
      'negotiation.failing',
      'negotiation.gave-up',
      'negotiation.terminated',
    ])
    t.match(source.events.at(-1), { data: { cause: 'ended', state: 'TERMINATED', reasons: [/^not delivered: /] } })
    demandSchemas(t, source.events)
  },
)

t.test('what becomes of credentials is told on both sides', async t => {
  const { startAuthority, startMember, authority: did } = await league(t)
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  await member.credentials?.requests.request({ issuer: did, types: ['MembershipCredential'] })
  await settle(member, authority)
  const [issued] = (await authority.issuer?.listCredentials({ limit: 1, offset: 0 })) ?? []
  await authority.issuer?.statuses.change('revoke', issued?.id ?? '', 'has left')
  const told = async ({ db }: Connector) => {
    const rows = await db.query<{ type: EventType; data: object }>('select type, data from event order by entry')
    demandSchemas(
      t,
      rows.map(row => toCloudEvent('us', { ...row, id: '', position: 1, at: new Date(), subject: '' })),
    )
    return rows.map(({ type }) => type)
  }
  t.strictSame(await told(member), ['credential.stored'])
  t.strictSame(await told(authority), ['issuance.approved', 'issuance.revoked'])
})
