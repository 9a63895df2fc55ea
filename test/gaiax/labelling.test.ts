import t, { type Test } from 'tap'
import type { LabelForm } from '../../src/clearing-house/index.ts'
import type { Connector } from '../../src/connector.ts'
import { covers, readJudgement } from '../../src/gaiax/peers/label.ts'
import { askForLabel, clearingHouse } from '../support/clearing-house.ts'
import { standingClock } from '../support/clock.ts'
import { type GaiaXParticipant, gaiaXParticipant, payloadOf } from '../support/gaia-x-participant.ts'
import { answering, applicant, follow, goBetween, keepShapes, published, settingsFor, versions } from './clearing.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

await keepShapes(t)

t.test('a participant has its number attested, gets a label, publishes both, and makes the label known', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  await who.start()
  t.match(await published(who.url, 'vat-id'), {
    issuer: house.dids.notary,
    credentialSubject: { id: `${who.url}/gaia-x/credentials/vat-id#cs`, 'gx:vatID': 'DE900000006' },
  })
  const label = await published(who.url, 'label')
  t.match(label, {
    id: `${who.url}/gaia-x/credentials/label`,
    issuer: house.dids.compliance,
    credentialSubject: { 'gx:labelLevel': 'SC' },
  })
  const read = readJudgement(label?.credentialSubject as never)
  for (const name of ['legal-person', 'terms-and-conditions', 'service-offering', 'vat-id'])
    t.ok(covers(read, (await published(who.url, name)) ?? {}), `it is about ${name}`)
  const events = await (await fetch(`${house.urls.events}/v2/credentials-events`)).json()
  t.match(events, [{ source: who.did, subject: `${who.url}/gaia-x/credentials/label`, type: 'eu.gaia-x.credential' }])
})

t.test('with nothing changed a new start changes nothing', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  await (await who.start()).stop()
  const connector = await who.start()
  t.equal(await versions(connector, 'label'), 1)
  t.equal(await versions(connector, 'vat-id'), 1)
})

t.test('label and number are renewed at two thirds of their life, not before', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const who = await applicant(t, house)
  const connector = await who.start({}, clock.now)
  clock.pass(59 * DAY)
  await connector.jobs.drained()
  t.strictSame([await versions(connector, 'label'), await versions(connector, 'vat-id')], [1, 1])
  clock.pass(DAY)
  await connector.jobs.drained()
  t.strictSame([await versions(connector, 'label'), await versions(connector, 'vat-id')], [2, 2])
  t.equal((await published(who.url, 'label'))?.validFrom, clock.now().toISOString())
})

t.test('what became due while the connector was down is renewed at its start', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const who = await applicant(t, house)
  await (await who.start({}, clock.now)).stop()
  clock.pass(80 * DAY)
  t.equal(await versions(await who.start({}, clock.now), 'label'), 2)
})

t.test('when the clock is set back, a label of the future is replaced by one that counts', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const who = await applicant(t, house)
  clock.pass(30 * DAY)
  await (await who.start({}, clock.now)).stop()
  clock.pass(-20 * DAY)
  const connector = await who.start({}, clock.now)
  t.equal(await versions(connector, 'label'), 2)
  t.equal((await published(who.url, 'label'))?.validFrom, clock.now().toISOString())
})

t.test('who says something else gets a label for that', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  await (await who.start()).stop()
  await who.start({ legalName: 'Kogge & Daughters' })
  const label = readJudgement((await published(who.url, 'label'))?.credentialSubject as never)
  const person = await published(who.url, 'legal-person')
  t.match(person, { credentialSubject: { 'schema:name': 'Kogge & Daughters' } })
  t.ok(covers(label, person ?? {}))
})

t.test('with a new key all is signed anew, and the label stays about it', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  await (await who.start()).stop()
  const connector = await who.start(await who.certified('second'))
  t.equal(await versions(connector, 'legal-person'), 2)
  t.equal(await versions(connector, 'label'), 1)
  const label = readJudgement((await published(who.url, 'label'))?.credentialSubject as never)
  t.ok(covers(label, (await published(who.url, 'legal-person')) ?? {}))
})

t.test('another number is attested, and labelled, in the place of the former one', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house)
  await (await who.start()).stop()
  await who.start({ registrationNumbers: [{ kind: 'vat-id', value: 'DE900000014', countryCode: 'DE' }] })
  const number = await published(who.url, 'vat-id')
  t.match(number, { credentialSubject: { 'gx:vatID': 'DE900000014' } })
  t.ok(covers(readJudgement((await published(who.url, 'label'))?.credentialSubject as never), number ?? {}))
})

t.test('a refusal is told with the rules that were broken, and the house is asked again in an hour', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const between = await goBetween(t, house)
  const who = await applicant(t, house, {
    ...settingsFor(house, between.urls),
    level: 'label-level-2',
  })
  const connector = await who.start({}, clock.now)
  t.equal(await published(who.url, 'label'), undefined)
  t.match(who.told('refused').at(-1), /compliance service answered 409: .*data-protection/)
  const applications = () => between.asked.filter(url => url.includes('credential-offers')).length
  const before = applications()
  await connector.jobs.drained()
  t.equal(applications(), before)
  clock.pass(3_600_000)
  await connector.jobs.drained()
  t.equal(applications(), before + 1)
})

t.test('a house that is down is asked again until it answers; failures are told', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const between = await goBetween(t, house)
  between.own.set('credential-offers', answering(503, 'down'))
  const who = await applicant(t, house, settingsFor(house, between.urls))
  const connector = await who.start({}, clock.now)
  t.match(who.told('failed')[0], /compliance service answered 503/)
  clock.pass(600_000)
  await connector.jobs.drained()
  t.equal(who.told('failed').length, 2)
  between.own.clear()
  clock.pass(600_000)
  await connector.jobs.drained()
  t.match(await published(who.url, 'label'), { issuer: house.dids.compliance })
})

t.test('an event service that is down does not keep a label from being published, and gets it later', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const between = await goBetween(t, house)
  between.own.set('credentials-events', answering(500, 'down'))
  const who = await applicant(t, house, settingsFor(house, between.urls))
  const connector = await who.start({}, clock.now)
  t.match(await published(who.url, 'label'), { issuer: house.dids.compliance })
  t.match(who.told('failed')[0], /event service answered 500/)
  between.own.clear()
  clock.pass(600_000)
  await connector.jobs.drained()
  t.match(await (await fetch(`${house.urls.events}/v2/credentials-events`)).json(), [{ source: who.did }])
})

t.test('when the clock is set back while it runs, label and number are replaced by ones that count', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const who = await applicant(t, house)
  clock.pass(300 * DAY)
  const connector = await who.start({}, clock.now)
  clock.pass(-300 * DAY)
  await connector.jobs.drained()
  for (const name of ['legal-person', 'vat-id', 'label']) {
    t.ok((await versions(connector, name)) >= 2, name)
    t.ok(Date.parse(String((await published(who.url, name))?.validFrom)) <= clock.now().getTime(), `${name} has begun`)
  }
})

t.test('after most of a year asleep everything is renewed at once', async t => {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const who = await applicant(t, house)
  const connector = await who.start({}, clock.now)
  clock.pass(300 * DAY)
  await connector.jobs.drained()
  for (const name of ['legal-person', 'vat-id', 'label']) {
    // A label may be asked for before the legal person is renewed, and once more after that.
    t.ok((await versions(connector, name)) >= 2, name)
    t.ok(Date.parse(String((await published(who.url, name))?.validUntil)) > clock.now().getTime(), name)
  }
  const label = readJudgement((await published(who.url, 'label'))?.credentialSubject as never)
  t.ok(covers(label, (await published(who.url, 'legal-person')) ?? {}), 'and the label is about it')
})

/** Somebody with a label, and a house that may be told to give no other. */
async function labelled(t: Test) {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const between = await goBetween(t, house)
  const who = await applicant(t, house, settingsFor(house, between.urls))
  const connector = await who.start({}, clock.now)
  const url = (name: string) => `${who.url}/gaia-x/credentials/${name}`
  const hourLater = async () => {
    clock.pass(HOUR)
    await connector.jobs.drained()
  }
  const shown = async () => {
    const text = await (await fetch(`${who.url}/gaia-x/self-description`)).text()
    const { verifiableCredential } = payloadOf(text) as { verifiableCredential: { id: string }[] }
    return verifiableCredential.map(({ id }) => payloadOf(id.replace(/^[^,]*,/, '')).id)
  }
  return { house, between, who, connector, url, hourLater, shown, again: () => who.start({}, clock.now) }
}

t.test('a label that is revoked is replaced by a new one', async t => {
  const { house, who, connector, url, hourLater } = await labelled(t)
  await hourLater()
  t.equal(await versions(connector, 'label'), 1)
  house.revoke('compliance', url('label'))
  await hourLater()
  t.equal(await versions(connector, 'label'), 2)
  t.match(await published(who.url, 'label'), { credentialStatus: { statusListIndex: '1' } })
  const told = await (await follow(t, connector)).find(({ type }) => type === 'dev.kontor.gaia-x.revoked')
  t.match(told, { subject: url('label'), data: { task: 'validity', issuer: house.dids.compliance } })
})

t.test('a revoked label without a successor is shown to nobody any more, and is history', async t => {
  const { house, between, connector, url, hourLater, shown } = await labelled(t)
  t.ok((await shown()).includes(url('label')))
  between.own.set('credential-offers', answering(409, '{"message":"first clear up the matter"}'))
  house.revoke('compliance', url('label'))
  await hourLater()
  t.equal((await fetch(url('label'))).status, 410)
  t.notOk((await shown()).includes(url('label')))
  t.ok((await shown()).includes(url('vat-id')), 'what was not revoked stays')
  t.equal(await connector.gaiaX?.level(), undefined)
  const [kept] = await connector.db.query(`select state from gaiax_credential where id = $1`, [url('label')])
  t.match(kept, { state: 'revoked' })
})

t.test('what was revoked stays so over restarts, until the house gives another', async t => {
  const { house, between, connector, url, hourLater, again: start } = await labelled(t)
  between.own.set('credential-offers', answering(503, 'closed'))
  house.revoke('compliance', url('label'))
  await hourLater()
  await connector.stop()
  await (await start()).stop()
  between.own.clear()
  const again = await start()
  t.equal((await fetch(url('label'))).status, 200)
  t.equal(await again.gaiaX?.level(), 'SC')
  t.equal(await versions(again, 'label'), 2)
})

t.test('a number that the notary has taken back is attested anew', async t => {
  const { house, connector, who, url, hourLater } = await labelled(t)
  house.revoke('notary', url('vat-id'))
  await hourLater()
  t.equal(await versions(connector, 'vat-id'), 2)
  t.ok(
    covers(
      readJudgement((await published(who.url, 'label'))?.credentialSubject as never),
      (await published(who.url, 'vat-id')) ?? {},
    ),
  )
})

t.test('whom a registry trusts is trusted, and its word on chains is taken where no anchors are set', async t => {
  const house = await clearingHouse(t)
  const who = await applicant(t, house, {
    trustedIssuers: [],
    registry: house.urls.registry,
    trustAnchors: undefined,
  })
  await who.start()
  t.match(await published(who.url, 'label'), { issuer: house.dids.compliance })
})

t.test('a compliance credential without a level is standard compliance', async t => {
  const house = await clearingHouse(t, { form: () => 'compliance credential' })
  const who = await applicant(t, house)
  await who.start()
  t.match(await published(who.url, 'label'), { type: ['VerifiableCredential', 'gx:ComplianceCredential'] })
})

for (const form of ['cred:digestSRI', 'gx:digestSRI', 'digestSRI', 'type in type', 'base64'] as const)
  t.test(`digests are understood as they have been written: ${form}`, async t => {
    const house = await clearingHouse(t, { form: (): LabelForm => form })
    const who = await gaiaXParticipant(t, house)
    const person = who.credential('lp', who.person())
    const credentials = [who.vc(person), await who.number(), who.vc(who.credential('tc', who.terms()))]
    const { text } = await askForLabel(house, who.present(credentials), { id: who.labelId })
    const label = readJudgement(payloadOf(text).credentialSubject as never)
    t.ok(covers(label, person))
    t.notOk(covers(label, { ...person, validFrom: '2026-02-01T00:00:00Z' }))
  })

// What a clearing house answers is a stranger's word until it has been verified.

/** A clearing house that lies: it signs whatever it is told to. */
interface Lie {
  readonly reason: RegExp
  readonly answer: (liar: GaiaXParticipant, id: string) => ReturnType<typeof answering>
  /** Whether it is trusted; it is, unless told otherwise. */
  readonly trusted?: false
}

const label = (liar: GaiaXParticipant, id: string, subject: object = {}, changes: object = {}) => ({
  ...liar.credential('label', { type: 'gx:LabelCredential' }),
  id,
  credentialSubject: {
    id: `${id}#cs`,
    type: 'gx:LabelCredential',
    'gx:labelLevel': 'SC',
    'gx:compliantCredentials': [],
    ...subject,
  },
  ...changes,
})

const signed =
  (subject: object = {}, changes: object = {}, headers: Record<string, unknown> = {}): Lie['answer'] =>
  (liar, id) =>
    answering(201, liar.vc(label(liar, id, subject, changes), headers))

// biome-ignore format: a table is read by its columns
const lies: Readonly<Record<string, Lie>> = {
  'a page of HTML':                     { reason: /something else than a credential/, answer: () => answering(201, '<html>') },
  'nothing':                            { reason: /something else than a credential/, answer: () => answering(201, '') },
  'more than anybody needs':            { reason: /cannot be|complete|large|bytes/i,        answer: () => answering(201, Buffer.alloc(1_000_000, 97)) },
  'a redirect':                         { reason: /answered 302/,                     answer: liar => answering(302, '', { location: `${liar.base}/elsewhere` }) },
  'half an answer':                     { reason: /./,                                answer: () => (_, response) => void response.writeHead(201, { 'content-length': '1000' }).write('x', () => response.destroy()) },
  'a label of nobody we trust':         { reason: /is not trusted for .*LabelCredential/, answer: signed(), trusted: false },
  'a label with another id':            { reason: /has the id/,                       answer: signed({}, { id: 'https://other.example/label' }) },
  'a label about another subject':      { reason: /is not about/,                     answer: signed({ id: 'https://other.example/label#cs' }) },
  'a label of another level':           { reason: /of level L3, not SC/,              answer: signed({ 'gx:labelLevel': 'L3' }) },
  'a level that there is not':          { reason: /of level L9, not SC/,               answer: signed({ 'gx:labelLevel': 'L9' }) },
  'a label about nothing':              { reason: /not about 4 of the credentials/,   answer: signed() },
  'a label about somebody else':        { reason: /not about 4 of the credentials/,   answer: signed({ 'gx:compliantCredentials': [{ id: 'https://x.example/lp', 'cred:digestSRI': `sha256-${'a'.repeat(64)}` }] }) },
  'a label that has expired':           { reason: /has expired/,                      answer: signed({}, { validUntil: '2026-01-02T00:00:00Z' }) },
  'a label of next year':               { reason: /valid only from/,                  answer: signed({}, { validFrom: '2100-01-01T00:00:00Z' }) },
  'a registration number':              { reason: /is no LabelCredential|not trusted/, answer: signed({}, { type: ['VerifiableCredential', 'gx:VatID'] }) },
  'a header of another type':           { reason: /typ vc\+jwt/,                      answer: signed({}, {}, { typ: 'JWT' }) },
  'a header without iss':               { reason: /iss and kid/,                      answer: signed({}, {}, { iss: undefined }) },
  'the key of somebody else':           { reason: /iss and kid/,                      answer: signed({}, {}, { kid: 'did:web:other.example#k1' }) },
  'no signature worth the name':        { reason: /signature/,                        answer: (liar, id) => answering(201, liar.vc(label(liar, id)).replace(/[^.]+$/, 'A'.repeat(86))) },
  'alg none':                           { reason: /algorithm/,                        answer: signed({}, {}, { alg: 'none' }) },
}

/** Somebody who has a liar for a clearing house, and hears one lie after the other. */
async function deceived(t: Test) {
  const clock = standingClock(Date.now())
  const house = await clearingHouse(t, { now: clock.now })
  const [liar, unknown] = [await gaiaXParticipant(t, house), await gaiaXParticipant(t, house)]
  const between = await goBetween(t, house)
  const base = settingsFor(house, between.urls)
  const trustedIssuers = [...(base.trustedIssuers ?? []), { id: liar.did, types: [] }]
  const who = await applicant(t, house, { ...base, trustedIssuers })
  const told = () => [...who.told('failed'), ...who.told('refused')]
  const before = (part: string) => between.own.set(part, answering(503, 'not yet'))
  /** Asks again, an hour later. */
  const again = async (connector: Connector) => {
    clock.pass(HOUR)
    await connector.jobs.drained()
  }
  return { liar, unknown, between, who, told, before, again, start: () => who.start({}, clock.now) }
}

t.test('what a clearing house answers is not believed', async t => {
  const { liar, unknown, between, who, told, before, again, start } = await deceived(t)
  before('credential-offers')
  const connector = await start()
  for (const [name, { reason, answer, trusted = true }] of Object.entries(lies)) {
    const count = told().length
    const handler = answer(trusted ? liar : unknown, `${who.url}/gaia-x/credentials/label`)
    between.own.set('credential-offers', handler)
    await again(connector)
    t.match(told().slice(count)[0], reason, name)
    t.equal(await versions(connector, 'label'), 0, `${name}: nothing is kept`)
    t.equal(await published(who.url, 'label'), undefined, `${name}: nothing is shown`)
  }
  between.own.clear()
  await again(connector)
  t.ok(await published(who.url, 'label'), 'but the truth is')
})

// biome-ignore format: a table is read by its columns
const falseNumbers = {
  'another number':  [/another number/, { 'gx:vatID': 'DE900000014' }, {}],
  'another id':      [/has the id/,     {}, { id: 'https://other.example/lrn' }],
  'another type':    [/is no VatID/,    {}, { type: ['VerifiableCredential', 'gx:LeiCode'] }],
} as const

t.test('what a notary attests is not believed', async t => {
  const { liar, between, who, told, before, again, start } = await deceived(t)
  before('registration-numbers')
  const connector = await start()
  const id = `${who.url}/gaia-x/credentials/vat-id`
  for (const [name, [reason, subject, changes]] of Object.entries(falseNumbers)) {
    const count = told().length
    const said = { id: `${id}#cs`, type: 'gx:VatID', 'gx:vatID': 'DE900000006', ...subject }
    const credential = { ...liar.credential('lrn', { type: 'gx:VatID' }), id, credentialSubject: said, ...changes }
    between.own.set('registration-numbers', answering(200, liar.vc(credential)))
    await again(connector)
    t.match(told().slice(count)[0], reason, name)
    t.equal(await versions(connector, 'vat-id'), 0, `${name}: nothing is kept`)
  }
  between.own.clear()
  await again(connector)
  t.ok(await published(who.url, 'vat-id'), 'but the truth is')
})
