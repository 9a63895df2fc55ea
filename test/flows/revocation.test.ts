import t, { type Test } from 'tap'
import type { Config } from '../../src/config/index.ts'
import { openKeys, type Purpose } from '../../src/keys/index.ts'
import { post } from '../../src/lab/api.ts'
import type { LabOptions, Part } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { revoke } from '../../src/lab/story/expel.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { wayOf } from '../../src/lab/story/transfer.ts'
import { choose, otherPath, type Shown, until } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { admitAll, answerOf, createClock, notedBy, offer, read, startUnder, useIf } from '../support/terms.ts'

const forMembers = useIf({ leftOperand: 'urn:kontor:membership', operator: 'eq', rightOperand: 'active' })

const LABEL = 'LabelCredential'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Status lists and presentations count for a minute, memberships for an hour. Keeps the configurations, by part. */
function settings(changes: Partial<Config> = {}) {
  const configs = new Map<Part, Config>()
  const adjust: NonNullable<LabOptions['adjust']> = (config, part) => {
    const { identity, issuer } = config
    const adjusted = {
      ...config,
      identity: { ...identity, dcp: { ...identity.dcp, statusTime: MINUTE, reuse: MINUTE } },
      issuer: { ...issuer, definitions: issuer.definitions.map(each => ({ ...each, validity: HOUR })) },
      ...changes,
    }
    configs.set(part, adjusted)
    return adjusted
  }
  return { configs, adjust }
}

/** A transfer that runs among members, with its data under way. */
async function running(t: Test) {
  const [clock, drip, { adjust, configs }] = [createClock(), await startDrip(t), settings()]
  const { lab, paths } = await startUnder(t, {
    terms: forMembers,
    url: drip.url,
    identity: 'dcp',
    surroundings: clock,
    adjust,
  })
  return { clock, drip, lab, paths, configs, stream: await read(lab.consumer, paths.consumer) }
}

/** Revokes what the authority has issued to the consumer. */
async function expel({ authority, consumer }: TestLab): Promise<void> {
  if (authority) await revoke(authority, consumer)
}

t.test('a revoked membership ends a running transfer as soon as the status list is looked at again', async t => {
  const { clock, lab, paths, stream } = await running(t)
  const way = await wayOf(lab.consumer, paths.consumer)
  await expel(lab)
  const [watch] = await lab.provider.connector.db.query<{ due: Date }>(`select due from outbox where lane = 'watch'`)
  const left = (watch?.due.getTime() ?? Infinity) - clock.now().getTime()
  t.ok(left <= MINUTE, 'that is within a minute')

  clock.forward(MINUTE)
  await lab.drain()
  t.equal(await stream.rest, 'broken off')
  const theirs = await reach<Shown>(lab.provider, paths.provider, 'TERMINATED')
  t.match(theirs.error, /does not permit it any more: .*member/)
  t.equal((await answerOf(way)).status, 403)
  await reach(lab.consumer, paths.consumer, 'TERMINATED')
  t.match(await notedBy(lab.provider, paths.provider, 'policy-monitor'), [{ message: 'terminate' }])
})

/** The authority also says who has a Gaia-X label, and is believed. */
function labelling(config: Config): Config {
  const { identity, issuer } = config
  const [membership] = issuer.definitions
  const label = membership && { ...membership, id: 'label', type: LABEL, claims: { 'gx:labelLevel': 'L1' } }
  const trustedIssuers = identity.dcp.trustedIssuers.map(({ id, types = [] }) => ({ id, types: [...types, LABEL] }))
  return {
    ...config,
    identity: { ...identity, dcp: { ...identity.dcp, trustedIssuers, statusTime: MINUTE, reuse: MINUTE } },
    issuer: { ...issuer, definitions: label ? [membership, label] : [] },
  }
}

t.test('a revoked label ends a running transfer that asks for one, though the membership lasts', async t => {
  const [clock, drip] = [createClock(), await startDrip(t)]
  const { lab, paths } = await startUnder(t, {
    terms: useIf({
      leftOperand: 'https://w3id.org/gaia-x/development#labelLevel',
      operator: 'gteq',
      rightOperand: 'L1',
    }),
    url: drip.url,
    credentials: ['MembershipCredential', LABEL],
    identity: 'dcp',
    surroundings: clock,
    adjust: labelling,
  })
  const stream = await read(lab.consumer, paths.consumer)
  if (lab.authority) await revoke(lab.authority, lab.consumer, LABEL)
  clock.forward(MINUTE)
  await lab.drain()
  t.equal(await stream.rest, 'broken off')
  const theirs = await reach<Shown>(lab.provider, paths.provider, 'TERMINATED')
  t.match(theirs.error, /labelLevel|label/)
  const catalogue = await choose(lab.consumer, lab, 'data')
  t.ok(catalogue.dataset, 'a member it is still')
})

t.test('a membership that ends, ends a running transfer', async t => {
  const { clock, lab, paths, stream } = await running(t)
  clock.forward(HOUR)
  await lab.drain()
  t.equal(await stream.rest, 'broken off')
  await reach(lab.provider, paths.provider, 'TERMINATED')
})

t.test('a revocation while the provider is down ends the transfer when it is back', async t => {
  const { clock, drip, lab, paths, stream } = await running(t)
  drip.finish()
  t.equal(await stream.rest, 'complete')
  await lab.provider.stop()
  await expel(lab)
  clock.forward(MINUTE)
  await lab.provider.start()
  await reach(lab.provider, paths.provider, 'TERMINATED')
  await reach(lab.consumer, paths.consumer, 'TERMINATED')
})

/** All former keys are withdrawn; the next thing that is signed is signed with another. */
async function rotate(lab: TestLab, part: 'authority' | 'consumer', purpose: Purpose, config: Config | undefined) {
  const connector = lab[part]?.connector
  if (!connector || !config) throw new Error(`nobody plays the ${part}`)
  const keys = await openKeys({ db: connector.db, settings: config, now: () => new Date() })
  await keys.rotate(purpose, { withdraw: part === 'consumer' })
  keys.close()
}

t.test('new keys of the consumer and the authority do not disturb a running transfer', async t => {
  const { clock, lab, paths, configs } = await running(t)
  await rotate(lab, 'consumer', 'identity', configs.get('consumer'))
  await rotate(lab, 'authority', 'credentials', configs.get('authority'))
  // Status lists, documents and presentations are had anew.
  clock.forward(10 * MINUTE)
  await post(lab.consumer, `${paths.consumer}/suspend`, { reason: 'lunch' })
  await until(lab.consumer, paths.consumer, ({ state, sending }) => state === 'SUSPENDED' && sending.length === 0)
  await reach(lab.provider, paths.provider, 'SUSPENDED')
  await post(lab.consumer, `${paths.consumer}/resume`, {})
  await reach(lab.provider, paths.provider, 'STARTED')
  await reach(lab.consumer, paths.consumer, 'STARTED')
})

/** The consumer asks for what is not on offer like that, and waits for the provider's operator. */
async function waiting(t: Test) {
  const clock = createClock()
  const { adjust, configs } = settings({ negotiation: { counterOffers: 'ask', webhook: undefined, deciders: [] } })
  const lab = await startLab(t, { identity: 'dcp', surroundings: clock, adjust })
  await admitAll(lab)
  await offer(lab.provider, {
    id: 'data',
    source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
    terms: forMembers,
  })
  const { catalog, dataset } = await choose(lab.consumer, lab, 'data')
  const until2040 = useIf({ leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2040-12-31T23:59:59Z' })
  const asked = { '@id': dataset.hasPolicy[0]?.['@id'] ?? '', '@type': 'Offer', ...until2040 }
  const ours = await request(lab.consumer, { catalog, dataset: { ...dataset, hasPolicy: [asked] } })
  await reach(lab.consumer, ours, 'REQUESTED')
  const theirs = await otherPath(lab.consumer, ours)
  await until(lab.provider, theirs, ({ waiting }) => waiting?.whom === 'person')
  return { clock, lab, ours, theirs, configs }
}

t.test('a negotiation goes on after the keys of the consumer and the authority have changed meanwhile', async t => {
  const { clock, lab, ours, theirs, configs } = await waiting(t)
  await rotate(lab, 'consumer', 'identity', configs.get('consumer'))
  await rotate(lab, 'authority', 'credentials', configs.get('authority'))
  clock.forward(10 * MINUTE)
  await post(lab.provider, `${theirs}/approve`, {})
  await reach(lab.consumer, ours, 'FINALIZED')
})

t.test('who is no member any more when the provider agrees gets no contract', async t => {
  const { clock, lab, ours, theirs } = await waiting(t)
  await expel(lab)
  clock.forward(MINUTE)
  await post(lab.provider, `${theirs}/approve`, {})
  const { error } = await reach<Shown>(lab.consumer, ours, 'TERMINATED', 'FINALIZED')
  t.match(error, /revoked|no credential that we demand/)
})
