import t, { type Test } from 'tap'
import type { Connector } from '../../src/connector.ts'
import { dataSchemas } from '../../src/events/index.ts'
import { createSchemas } from '../../src/jsonld/index.ts'
import { clearingHouse } from '../support/clearing-house.ts'
import { standingClock } from '../support/clock.ts'
import { answering, applicant, follow, goBetween, settingsFor } from './clearing.ts'

const parse = createSchemas([dataSchemas['gaia-x']]).compile(dataSchemas['gaia-x'], 'data')

/** What there is to read when so much has been told: type and task, in order. */
async function story(t: Test, connector: Connector, count: number) {
  const source = await follow(t, connector)
  const events = await source.until(count)
  for (const { type, data } of events) t.doesNotThrow(() => parse(data), `${type} is as its schema says`)
  const steps = events.map(
    ({ type, data }) => `${type.replace('dev.kontor.gaia-x.', '')} ${(data as { task: string }).task}`,
  )
  return { events, steps }
}

async function behindGoBetween(t: Test) {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const between = await goBetween(t, house)
  const who = await applicant(t, house, settingsFor(house, between.urls))
  return { clock, house, between, who }
}

t.test('a label that is got is told, with who has given it, its level and its end', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  const { events } = await story(t, await who.start(), 1)
  t.match(events, [
    {
      type: 'dev.kontor.gaia-x.labelled',
      subject: `${who.url}/gaia-x/credentials/label`,
      data: {
        type: 'LabelCredential',
        issuer: house.dids.compliance,
        level: 'SC',
        validUntil: /^\d{4}-.*Z$/,
        reason: null,
      },
    },
  ])
})

t.test(
  'a clearing house that is down is told once, however often it is asked, and that it has answered in the end',
  async t => {
    const { clock, between, who } = await behindGoBetween(t)
    between.own.set('credential-offers', answering(503, 'down'))
    const connector = await who.start({}, clock.now)
    for (const pause of [600_000, 600_000]) {
      clock.pass(pause)
      await connector.jobs.drained()
    }
    t.ok(who.told('failed').length > 2, 'the log has every attempt')
    between.own.clear()
    clock.pass(600_000)
    await connector.jobs.drained()
    const { events, steps } = await story(t, connector, 3)
    t.strictSame(steps, ['failed attestation', 'labelled attestation', 'mended attestation'])
    t.match(events[0], {
      subject: `${who.url}/gaia-x/credentials/label`,
      data: { reason: /compliance service answered 503/ },
    })
  },
)

t.test(
  'a refusal is told once with the rules that were broken, also by the next process, until we ask for less',
  async t => {
    const { clock, who } = await behindGoBetween(t)
    const first = await who.start({ level: 'label-level-2' }, clock.now)
    clock.pass(3_600_000)
    await first.jobs.drained()
    await first.stop()
    await (await who.start({ level: 'label-level-2' }, clock.now)).stop()
    t.equal(who.told('refused').length, 3, 'the log has every refusal')
    const { events, steps } = await story(t, await who.start({}, clock.now), 3)
    t.strictSame(steps, ['refused attestation', 'labelled attestation', 'mended attestation'])
    t.match(events[0], { data: { reason: /data-protection/ } })
  },
)

t.test('a label that could not be made known is told, and that it has been in the end', async t => {
  const { clock, between, who } = await behindGoBetween(t)
  between.own.set('credentials-events', answering(500, 'down'))
  const connector = await who.start({}, clock.now)
  between.own.clear()
  clock.pass(600_000)
  await connector.jobs.drained()
  const { steps } = await story(t, connector, 3)
  t.strictSame(steps, ['labelled attestation', 'failed announcement', 'mended announcement'])
})

t.test('a label that ends before there is a new one is told to have expired, once', async t => {
  const { clock, between, who } = await behindGoBetween(t)
  const connector = await who.start({}, clock.now)
  between.own.set('credential-offers', answering(503, 'down'))
  clock.pass(61 * 86_400_000)
  await connector.jobs.drained()
  for (const pause of [30 * 86_400_000, 600_000]) {
    clock.pass(pause)
    await connector.jobs.drained()
  }
  const told = await connector.db.query("select subject from event where type = 'gaia-x.expired'")
  t.strictSame(told, [{ subject: `${who.url}/gaia-x/credentials/label` }])
})
