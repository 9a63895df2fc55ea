import { X509Certificate } from 'node:crypto'
import t, { type Test } from 'tap'
import { get, post } from '../../src/lab/api.ts'
import type { LabOptions, Participant } from '../../src/lab/index.ts'
import { request } from '../../src/lab/story/contract.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, choose, negotiate, otherPath, type Shown } from '../support/deals.ts'
import { startDrip } from '../support/drip.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { admitAll, answerOf, createClock, notedBy, offer, read, useIf } from '../support/terms.ts'

const LABEL_LEVEL = 'https://w3id.org/gaia-x/development#labelLevel'
const MINUTE = 60_000

const forLabelled = useIf({ leftOperand: LABEL_LEVEL, operator: 'gteq', rightOperand: 'SC' })

/** Status lists, presentations and what others publish count for a minute. `memberships`: the provider asks for those alone. */
const settings =
  (asked: 'labels' | 'memberships'): NonNullable<LabOptions['adjust']> =>
  (config, part) => {
    const { identity, gaiaX } = config
    const scopes = ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read']
    const alone = part === 'provider' && asked === 'memberships'
    const dcp = {
      ...identity.dcp,
      statusTime: MINUTE,
      reuse: MINUTE,
      ...(alone && { policyScopes: [{ operand: LABEL_LEVEL, scopes }] }),
    }
    return { ...config, identity: { ...identity, dcp }, gaiaX: { ...gaiaX, peerTime: MINUTE } }
  }

/** What somebody who is labelled calls its label. */
async function labelOf({ connector }: Participant): Promise<string> {
  const label = (await connector.gaiaX?.credentials())?.find(({ type }) => type === 'LabelCredential')
  if (label === undefined) throw new Error('there is no label')
  return label.id
}

/** Two who are labelled, and data that flows since they are. */
async function running(t: Test, asked: 'labels' | 'memberships') {
  const [clock, drip] = [createClock(), await startDrip(t)]
  const lab = await startLab(t, { identity: 'dcp', labels: true, surroundings: clock, adjust: settings(asked) })
  await admitAll(lab)
  await Promise.all([lab.provider, lab.consumer].map(({ connector }) => connector.jobs.drained()))
  await offer(lab.provider, { id: 'data', source: { type: 'HttpData', baseUrl: drip.url }, terms: forLabelled })
  const agreement = await negotiate(lab, 'data')
  const path = await beginTransfer(lab, agreement)
  await reach(lab.consumer, path, 'STARTED')
  const paths = { consumer: path, provider: await otherPath(lab.consumer, path) }
  const way = await wayOf(lab.consumer, path)
  return { clock, lab, agreement, paths, way, stream: await read(lab.consumer, path) }
}

/** What the provider has found out about the consumer. */
async function seen(lab: TestLab): Promise<object | undefined> {
  const { items } = await get<{ items: readonly { did: string }[] }>(lab.provider, '/v1/gaia-x/participants')
  return items.find(({ did }) => did === lab.consumer.id)
}

async function negotiation(lab: TestLab): Promise<Shown> {
  const path = await request(lab.consumer, await choose(lab.consumer, lab, 'data'))
  return reach<Shown>(lab.consumer, path, 'TERMINATED', 'FINALIZED')
}

for (const asked of ['labels', 'memberships'] as const)
  t.test(
    `a label that the clearing house takes back opens nothing any more, ${asked === 'labels' ? 'presented' : 'looked up'}`,
    async t => {
      const { clock, lab, agreement, paths, way, stream } = await running(t, asked)
      lab.house?.revoke('compliance', await labelOf(lab.consumer))
      clock.forward(MINUTE)

      t.equal(await stream.rest, 'broken off', 'what runs is judged again')
      const ended = await reach<Shown>(lab.provider, paths.provider, 'TERMINATED')
      t.match(ended.error, /does not permit it any more: .*label/i)
      await reach(lab.consumer, paths.consumer, 'TERMINATED')
      t.match(await notedBy(lab.provider, paths.provider, 'policy-monitor'), [{ message: 'terminate' }])
      t.equal((await answerOf(way)).status, 403, 'the next access is refused')

      const transfer = await beginTransfer(lab, agreement)
      t.match(
        await reach<Shown>(lab.consumer, transfer, 'TERMINATED', 'STARTED'),
        { state: 'TERMINATED', error: /labelLevel/ },
        'so is the next transfer, with the reason',
      )
      t.match(
        await negotiation(lab),
        { state: 'TERMINATED', error: /not permitted.*labelLevel/ },
        'and the next negotiation',
      )
      t.match(await seen(lab), { level: null, problem: /^revoked: / }, 'the provider’s operator sees why')

      await post(lab.consumer, '/v1/gaia-x/refresh', {})
      await lab.consumer.connector.jobs.drained()
      clock.forward(MINUTE)
      t.match(await negotiation(lab), { state: 'FINALIZED' }, 'until there is another label')
    },
  )

t.test('a label is worth nothing to whom the authority has taken the certificate back', async t => {
  const lab = await startLab(t, { identity: 'dcp', labels: true, adjust: settings('labels') })
  await admitAll(lab)
  await Promise.all([lab.provider, lab.consumer].map(({ connector }) => connector.jobs.drained()))
  await offer(lab.provider, {
    id: 'data',
    source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
    terms: forLabelled,
  })
  const { serialNumber } = new X509Certificate(lab.consumer.connector.gaiaX?.chain() ?? '')
  lab.house?.revokeCertificate(serialNumber)
  t.match(await negotiation(lab), { state: 'TERMINATED', error: /not permitted.*labelLevel/ })
  t.match(await seen(lab), { level: null, problem: /^chain-revoked: / })
})
