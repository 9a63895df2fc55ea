import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t, { type Test } from 'tap'
import type { LabOptions, Participant } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { beginTransfer, choose, negotiate, otherPath, type Shown } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab } from '../support/lab.ts'
import { admitAll, createClock, offer, read, useIf } from '../support/terms.ts'

const LABEL_LEVEL = 'https://w3id.org/gaia-x/development#labelLevel'
const DAY = 86_400_000

const labelled = useIf({ leftOperand: LABEL_LEVEL, operator: 'gteq', rightOperand: 'SC' })

/** The provider asks for memberships only, whatever a policy needs: labels must be found elsewhere. */
const asksForNone: NonNullable<LabOptions['adjust']> = (config, part) => {
  const { identity } = config
  const scopes = ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read']
  const policyScopes = [{ operand: LABEL_LEVEL, scopes }]
  return part === 'provider' ? { ...config, identity: { ...identity, dcp: { ...identity.dcp, policyScopes } } } : config
}

/** What is asked for at any server of this process from now on. */
function listen(t: Test): { paths: readonly string[] } {
  const paths: string[] = []
  const note = (message: unknown): void => {
    paths.push((message as { request: { url: string } }).request.url)
  }
  subscribe('http.server.request.start', note)
  t.teardown(() => unsubscribe('http.server.request.start', note))
  return { paths }
}

/** Waits for what a participant has a clearing house do. */
const settled = ({ connector }: Participant): Promise<unknown> => connector.jobs.drained()

async function offering(t: Test, adjust?: LabOptions['adjust']) {
  const [clock, drip] = [createClock(), await startDrip(t)]
  const lab = await startLab(t, { identity: 'dcp', labels: true, surroundings: clock, ...(adjust && { adjust }) })
  await admitAll(lab)
  await Promise.all([lab.provider, lab.consumer].map(settled))
  await offer(lab.provider, { id: 'data', source: { type: 'HttpData', baseUrl: drip.url }, terms: labelled })
  return { clock, lab }
}

/** A transfer under way, for which a label was asked. */
async function running(t: Test, adjust?: LabOptions['adjust']) {
  const { clock, lab } = await offering(t, adjust)
  const asked = listen(t)
  const consumer = await beginTransfer(lab, await negotiate(lab, 'data'))
  await reach(lab.consumer, consumer, 'STARTED')
  const provider = await otherPath(lab.consumer, consumer)
  const lookedUp = asked.paths.includes('/gaia-x/self-description')
  return { clock, lab, lookedUp, paths: { consumer, provider }, stream: await read(lab.consumer, consumer) }
}

t.test('a label that the consumer presents opens an offer that asks for one; nothing is looked up', async t => {
  const { lookedUp, stream } = await running(t)
  t.equal(lookedUp, false)
  t.equal(stream.first, 'first piece\n')
})

t.test('a label that is not presented is found in the public self-description', async t => {
  const { lookedUp, stream } = await running(t, asksForNone)
  t.equal(lookedUp, true)
  t.equal(stream.first, 'first piece\n')
})

t.test('who has no label is refused, and told for the want of what', async t => {
  const { lab } = await offering(t, config => ({ ...config, gaiaX: { ...config.gaiaX, compliance: undefined } }))
  const path = await request(lab.consumer, await choose(lab.consumer, lab, 'data'))
  const { error } = await reach<Shown>(lab.consumer, path, 'TERMINATED', 'FINALIZED')
  t.match(error, /not permitted.*labelLevel/)
})

for (const [how, adjust] of [
  ['was presented', undefined],
  ['was looked up', asksForNone],
] as const)
  t.test(`a label that ${how} and that nobody renews ends a running transfer with it`, async t => {
    const { clock, lab, paths, stream } = await running(t, adjust)
    await lab.house?.stop()
    clock.forward(91 * DAY)
    t.equal(await stream.rest, 'broken off')
    const { error } = await reach<Shown>(lab.provider, paths.provider, 'TERMINATED')
    t.match(error, /does not permit it any more: .*label/i)
    await reach(lab.consumer, paths.consumer, 'TERMINATED')
  })
