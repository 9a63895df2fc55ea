import t from 'tap'
import { post } from '../../src/lab/api.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { wayOf } from '../../src/lab/story/transfer.ts'
import { joinReplicas } from '../../src/process/index.ts'
import { beginTransfer, type Shown, until } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { answerOf, createClock, notedBy, read, startUnder, useIf } from '../support/terms.ts'

const aMinute = useIf({ leftOperand: 'inForceDate', operator: 'lteq', rightOperand: 'contractAgreement+60s' })
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

t.test(
  'when an agreement runs out, the stream is cut and the transfer ended on both sides, with the reason',
  async t => {
    const clock = createClock()
    const drip = await startDrip(t)
    const { lab, paths } = await startUnder(t, { terms: aMinute, url: drip.url, surroundings: clock })
    const stream = await read(lab.consumer, paths.consumer)
    t.equal(stream.first, 'first piece\n')
    const way = await wayOf(lab.consumer, paths.consumer)

    clock.forward(61_000)
    await lab.drain()
    t.equal(await stream.rest, 'broken off')
    const theirs = await reach<Shown>(lab.provider, paths.provider, 'TERMINATED')
    const ours = await reach<Shown>(lab.consumer, paths.consumer, 'TERMINATED')
    t.match(theirs.error, /does not permit it any more: not permitted because of inForceDate/)
    t.equal(ours.error, theirs.error, 'the consumer is told so')
    t.equal((await answerOf(way)).status, 403)
    const [noted] = await notedBy(lab.provider, paths.provider, 'policy-monitor')
    t.match(noted, {
      message: 'terminate',
      detail: { report: { permitted: false, rules: [{ outcome: 'unsatisfied' }] } },
    })
  },
)

t.test('the moment at which time ends a transfer is kept in the database, not in memory', async t => {
  const clock = createClock()
  const drip = await startDrip(t)
  const { lab, paths } = await startUnder(t, { terms: aMinute, url: drip.url, surroundings: clock })
  const [due] = await lab.provider.connector.db.query<{ due: Date }>(`select due from outbox where lane = 'watch'`)
  const left = (due?.due.getTime() ?? 0) - clock.now().getTime()
  t.ok(left > 0 && left <= 60_001, 'due when the minute is over')

  await lab.provider.stop()
  clock.forward(61_000)
  await lab.provider.start()
  await reach(lab.provider, paths.provider, 'TERMINATED')
  await reach(lab.consumer, paths.consumer, 'TERMINATED')
})

t.test('a policy that will permit it again only suspends, and goes on by itself', async t => {
  const clock = createClock()
  const drip = await startDrip(t)
  const pause = [inHours(1), inHours(2)]
  const terms = {
    permission: [{ action: 'use' }],
    prohibition: [
      {
        action: 'use',
        constraint: [
          { leftOperand: 'dateTime', operator: 'gteq', rightOperand: pause[0] },
          { leftOperand: 'dateTime', operator: 'lt', rightOperand: pause[1] },
        ],
      },
    ],
  }
  const { lab, paths } = await startUnder(t, { terms, url: drip.url, surroundings: clock })
  const stream = await read(lab.consumer, paths.consumer)
  clock.forward(3_600_000)
  await lab.drain()
  t.equal(await stream.rest, 'broken off')
  const { suspendedBy } = await reach<Shown>(lab.consumer, paths.consumer, 'SUSPENDED')
  t.equal(suspendedBy, 'provider')
  await reach(lab.provider, paths.provider, 'SUSPENDED')
  clock.forward(3_600_000)
  await lab.drain()
  await reach(lab.provider, paths.provider, 'STARTED')
  await until(lab.consumer, paths.consumer, ({ state }) => state === 'STARTED')
})

t.test('what an operator has suspended, the monitor does not resume', async t => {
  const clock = createClock()
  const drip = await startDrip(t)
  const until3 = useIf({ leftOperand: 'dateTime', operator: 'neq', rightOperand: inHours(3) })
  const { lab, paths } = await startUnder(t, { terms: until3, url: drip.url, surroundings: clock })
  await post(lab.provider, `${paths.provider}/suspend`, { reason: 'lunch' })
  await until(lab.provider, paths.provider, ({ state, sending }) => state === 'SUSPENDED' && sending.length === 0)
  await lab.provider.connector.outbox.drained()
  clock.forward(4 * 3_600_000)
  await lab.provider.connector.outbox.drained()
  t.match(await until(lab.provider, paths.provider, () => true), { state: 'SUSPENDED', sending: [] })
})

t.test('a claim that is revoked ends the transfer; what cannot be found out at present does not', async t => {
  const drip = await startDrip(t)
  const clock = createClock()
  const world = { groups: ['energy-partners'], reachable: false, asked: 0 }
  const recheck = async () => {
    world.asked++
    if (!world.reachable) throw new Error('the issuer does not answer')
    return { claims: { groups: world.groups }, nextCheckAt: new Date(clock.now().getTime() + 60_000) }
  }
  const terms = useIf(
    { leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: 'energy-partners' },
    { leftOperand: 'dateTime', operator: 'neq', rightOperand: inHours(1) },
  )
  const { lab, paths } = await startUnder(t, { terms, url: drip.url, surroundings: { now: clock.now, recheck } })
  const stream = await read(lab.consumer, paths.consumer)
  const look = async () => {
    const before = world.asked
    while (world.asked === before) await lab.provider.connector.outbox.drained()
  }

  clock.forward(3_600_000)
  await look()
  t.match(
    await until(lab.provider, paths.provider, () => true),
    { state: 'STARTED' },
    'an issuer that is down cuts nobody',
  )
  world.reachable = true
  await look()
  t.match(await until(lab.provider, paths.provider, () => true), { state: 'STARTED' })
  world.groups = []
  clock.forward(60_000)
  await lab.drain()
  t.equal(await stream.rest, 'broken off')
  t.match((await reach<Shown>(lab.consumer, paths.consumer, 'TERMINATED')).error, /because of group/)
})

t.test('a retired agreement ends what runs under it and begins nothing new, whoever retires it', async t => {
  for (const side of ['provider', 'consumer'] as const) {
    const drip = await startDrip(t)
    const { lab, paths, agreementId } = await startUnder(t, { terms: useIf(), url: drip.url })
    const stream = await read(lab.consumer, paths.consumer)
    const path = `/v1/agreements/${encodeURIComponent(agreementId)}`
    await post(lab[side], `${path}/retire`, { reason: 'sold' })
    t.equal(await stream.rest, 'broken off', `retired by the ${side}`)
    for (const each of ['provider', 'consumer'] as const)
      t.match(await reach<Shown>(lab[each], paths[each], 'TERMINATED'), { error: /retired: sold/ })
    if (side === 'consumer') await t.rejects(beginTransfer(lab, agreementId), /has been retired/)
    else await reach(lab.consumer, await beginTransfer(lab, agreementId), 'TERMINATED')
    await t.rejects(post(lab[side], `${path}/retire`, { reason: 'again' }), /409 .*retired already/)
  }
})

t.test('of several replicas one reviews, and a review that is due outlives the replica that began it', async t => {
  const clock = createClock()
  const drip = await startDrip(t)
  const { lab, paths } = await startUnder(t, { terms: aMinute, url: drip.url, surroundings: clock })
  const { db } = lab.provider.connector
  const dead = await joinReplicas(db)
  await db.query(`update outbox set owner = $1 where lane = 'watch'`, [dead.number])
  clock.forward(61_000)
  await lab.provider.connector.outbox.drained()
  t.match(await until(lab.provider, paths.provider, () => true), { state: 'STARTED' }, 'left to the one that has it')
  await dead.leave()
  await reach(lab.provider, paths.provider, 'TERMINATED')
  t.equal((await notedBy(lab.provider, paths.provider, 'policy-monitor')).length, 1)
})
