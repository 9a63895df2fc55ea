import t from 'tap'
import { readCredential } from '../../../src/identity/credentials/read-credential.ts'
import { assertDcpValid } from '../../support/dcp-spec.ts'
import { definition, issuerWorld, requestMessage } from './world.ts'

/** Lets time pass for the work there is, until none is left. */
async function settle(world: Awaited<ReturnType<typeof issuerWorld>>): Promise<void> {
  do await world.jobs.drained()
  while ((await world.db.query('select from job')).length > 0)
}

t.test('a holder that is away for a while gets the very same credential when it comes back', async t => {
  const world = await issuerWorld(t)
  world.answers.push(503, 401, 500)
  await world.ask()
  await settle(world)
  t.equal(world.delivered.length, 4)
  const read = world.delivered.map(({ body }) => readCredential(body.credentials[0].payload))
  t.equal(new Set(read.map(({ id }) => id)).size, 1)
  t.equal(new Set(read.map(({ validFrom }) => validFrom?.getTime())).size, 1)
  t.equal(new Set(world.delivered.map(({ body }) => body.issuerPid)).size, 1)
  const jtis = world.delivered.map(({ token }) => token)
  t.equal(new Set(jtis).size, 4, 'each time with a token of its own')
})

t.test('delivery is given up after its time, and an operator may have it tried again', async t => {
  const world = await issuerWorld(t)
  world.answers.push(...Array(5).fill(500))
  const { location } = await world.ask()
  const id = location.split('/').at(-1) ?? ''
  while (world.delivered.length < 1) await new Promise(setImmediate)
  world.clock.ahead = 120_000
  await settle(world)
  const request = await world.issuer.findRequest(id)
  t.match(request, { state: 'APPROVED', deliveredAt: null, error: /answered 500/ })
  t.match(world.happened.at(-1), { what: 'given up' })

  world.answers.length = 0
  await world.issuer.requests.approve(id)
  await settle(world)
  t.match(await world.issuer.findRequest(id), { state: 'APPROVED', error: null, deliveredAt: Date })
  t.equal((await world.issuer.listCredentials({ limit: 9, offset: 0 })).length, 1)
})

t.test('a holder without a credential service is tried until it has one', async t => {
  const world = await issuerWorld(t)
  const { document } = world.alice
  world.alice.document = { ...document, service: [] }
  await world.ask()
  await world.jobs.drained()
  t.same(world.delivered, [])
  world.alice.document = document
  world.clock.ahead = 61_000
  await world.db.query("update job set due = now(), created_at = now() + interval '1 minute'")
  await settle(world)
  t.equal(world.delivered.length, 1)
})

t.test('what was under way in a crash is delivered after it, the very same, by whoever comes', async t => {
  const world = await issuerWorld(t)
  let reached = 0
  world.host.put('/alice/cs/credentials', () => {
    reached++
  })
  const { location } = await world.ask()
  while (reached === 0) await new Promise(setImmediate)
  const [before] = await world.issuer.listCredentials({ limit: 9, offset: 0 })
  await world.kill()

  world.host.put('/alice/cs/credentials', world.take)
  const heir = await world.start()
  while ((await world.db.query('select from job')).length > 0) await heir.jobs.drained()
  t.ok((await heir.issuer.findRequest(location.split('/').at(-1) ?? ''))?.deliveredAt)
  t.equal(world.delivered.length, 1)
  t.equal(readCredential(world.delivered[0]?.body.credentials[0].payload).id, before?.id)
})

t.test('two replicas deliver each credential once, whoever was asked', async t => {
  const world = await issuerWorld(t)
  const other = await world.start()
  const asked = await Promise.all(
    Array.from({ length: 12 }, async (_, i) =>
      world.ask({
        base: i % 2 ? other.base : world.base,
        body: requestMessage(['membership'], `pid-${i}`),
      }),
    ),
  )
  t.same(new Set(asked.map(({ status }) => status)), new Set([201]))
  do await Promise.all([world.jobs.drained(), other.jobs.drained()])
  while ((await world.db.query('select from job')).length > 0)
  t.equal(world.delivered.length, 12)
  t.equal(new Set(world.delivered.map(({ body }) => body.holderPid)).size, 12)
})

t.test('an offer reaches the holder, with what it could ask for', async t => {
  const world = await issuerWorld(t, { definitions: [definition(), definition({ id: 'other' })] })
  await world.issuer.offer({ holder: world.alice.did, definitions: ['membership'], reason: 'reissue' })
  await settle(world)
  const [message] = world.delivered
  assertDcpValid(t, message?.body)
  t.match(message?.body, {
    type: 'CredentialOfferMessage',
    issuer: world.us.did,
    credentials: [{ id: 'membership', credentialType: 'MembershipCredential', offerReason: 'reissue' }],
  })
  t.equal(message?.body.credentials.length, 1)
  await t.rejects(world.issuer.offer({ holder: world.alice.did, definitions: ['none'], reason: 'x' }), {
    code: 'invalid',
  })
})
