import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/types.ts'
import { type Database, openDatabase } from '../../src/db/index.ts'
import { createTail, type Fact } from '../../src/events/index.ts'
import { createClient, createGuard } from '../../src/http/index.ts'
import { createJobs, joinReplicas } from '../../src/process/index.ts'
import { createWebhooks, deleteAttempts } from '../../src/webhooks/index.ts'
import { testDatabase, testDatabaseUrl } from '../support/database.ts'
import { type Received, startReceiver } from '../support/receiver.ts'
import { glassSafe } from '../support/safe.ts'

const fact = (id: string): Fact => ({ type: 'dataset.created', subject: id, data: { id } })
const minute = 60_000

/** A clock that is put forward by hand. */
function clock() {
  let ahead = 0
  const forward = (ms: number) => {
    ahead += ms
  }
  return { now: () => new Date(Date.now() + ahead), forward }
}

/** A replica that brings events; `crash` ends it as a killed one ends: nothing is finished, nothing is given back. */
async function replicaOf(
  t: Test,
  db: Database,
  { now = () => new Date(), patience = 5 * minute, backoff = () => 1 } = {},
) {
  const replica = await joinReplicas(db)
  const unexpected: unknown[] = []
  const failed = (error: unknown) => void unexpected.push(error)
  const tail = createTail({ db, events: { failed } })
  const jobs = createJobs({ db, replica, now, backoff: () => 1, events: { jobFailed: ({ error }) => failed(error) } })
  const guard = createGuard({ allow: ['127.0.0.1'] })
  const client = createClient({ guard, timeout: 5_000 })
  const checkAddress = (url: string) => void guard.check(url)
  const webhooks = createWebhooks({
    db,
    jobs,
    tail,
    safe: glassSafe,
    request: client.request,
    checkAddress,
    participantId: 'did:web:us',
    now,
    patience,
    failed,
    backoff,
  })
  let ended = false
  async function stop(): Promise<void> {
    if (ended) return
    ended = true
    await webhooks.stop()
    await tail.close()
    client.close()
    await jobs.stop()
    await replica.leave()
  }
  t.teardown(stop)
  return {
    webhooks,
    unexpected,
    async start(): Promise<void> {
      await tail.start()
      jobs.start()
      await webhooks.start()
    },
    stop,
    /** Its connections are lost, and with them its lock: it can write nothing any more. */
    async crash(): Promise<void> {
      ended = true
      await db.close()
      client.close()
    },
    tell: (...ids: string[]) => db.transaction(tx => tail.append(tx, ids.map(fact), now())),
  }
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 5))
}

/** Checks as a receiver does, by the words of the standard and nothing of ours. */
function isGenuine({ headers, body }: Received, secret: string): boolean {
  const [id, time] = [headers['webhook-id'], headers['webhook-timestamp']]
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

const subjects = (received: readonly Received[]) => received.map(({ event }) => event.subject)

t.test('events are brought in order, signed, as CloudEvents; those of other types are not', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t)
  const us = await replicaOf(t, db)
  await us.start()
  await us.tell('before')
  const { secret } = await us.webhooks.create({ url: receiver.url, types: ['dataset.*'] })
  await us.tell('a')
  await us.tell('b', 'c')
  await receiver.until(3)
  t.strictSame(subjects(receiver.received), ['a', 'b', 'c'])
  for (const message of receiver.received) {
    t.match(message.headers, {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': message.event.id,
      'webhook-timestamp': /^\d{10}$/,
    })
    t.ok(isGenuine(message, secret), 'the signature is by the secret')
    t.notOk(isGenuine({ ...message, body: message.body.replace('us', 'it') }, secret), 'and over the body')
  }
  t.match(message(receiver.received[0]), {
    specversion: '1.0',
    source: 'did:web:us',
    type: 'dev.kontor.dataset.created',
  })
  t.same(us.unexpected, [])
})

const message = (received: Received | undefined) => received?.event ?? {}

t.test('what a receiver does not take is brought again under the same id, and nothing overtakes it', async t => {
  const db = await testDatabase(t)
  let tries = 0
  const receiver = await startReceiver(t, () => (++tries <= 3 ? 500 : 204))
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  await us.tell('a', 'b')
  await receiver.until(5)
  t.strictSame(subjects(receiver.received), ['a', 'a', 'a', 'a', 'b'])
  t.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 2)
  await until(async () => (await us.webhooks.get(webhook.id)).place === 2)
  t.match(await us.webhooks.get(webhook.id), { attempts: 0, lastError: null, failingSince: null, deliveredAt: Date })
})

t.test('how it stands with a webhook that fails is shown: the error, the next try, the deadline', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t, () => ({ status: 503, headers: { 'retry-after': '60' } }))
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  await us.tell('a')
  await until(async () => (await us.webhooks.get(webhook.id)).attempts === 1)
  const failing = await us.webhooks.get(webhook.id)
  t.match(failing, { lastError: 'The receiver answered 503.', failingSince: Date, nextAttempt: Date, enabled: true })
  const wait = Number(failing.nextAttempt) - Number(failing.failingSince)
  t.ok(wait >= minute, 'it is not asked before it wants to be')
  t.equal(Number(us.webhooks.deadlineOf(failing)), Number(failing.failingSince) + 5 * minute)
})

t.test(
  'one that fails for too long is disabled, with an event, and goes on where it was when it is enabled',
  async t => {
    const db = await testDatabase(t)
    const { now, forward } = clock()
    let works = false
    const receiver = await startReceiver(t, () => (works ? 204 : 500))
    const witness = await startReceiver(t)
    const us = await replicaOf(t, db, { now })
    await us.start()
    const { webhook } = await us.webhooks.create({ url: receiver.url, types: ['dataset.*'] })
    await us.webhooks.create({ url: witness.url, types: ['webhook.disabled'] })
    await us.tell('a')
    await receiver.until(2)
    forward(6 * minute)
    await until(async () => !(await us.webhooks.get(webhook.id)).enabled)
    t.match(await us.webhooks.get(webhook.id), { disabledReason: /not taken anything since .*answered 500/ })
    const [told] = await witness.until(1)
    t.match(told?.event, { subject: webhook.id, data: { url: receiver.url, reason: /not taken anything/ } })
    const before = receiver.received.length
    works = true
    await us.tell('b')
    await us.webhooks.enable(webhook.id)
    await receiver.until(before + 2)
    t.strictSame(subjects(receiver.received.slice(before)), ['a', 'b'], 'nothing was lost meanwhile')
  },
)

t.test('a receiver that is gone is not asked again', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t, () => 410)
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  await us.tell('a')
  await until(async () => !(await us.webhooks.get(webhook.id)).enabled)
  t.equal(receiver.received.length, 1)
})

t.test('what a replica has committed and not brought when it is killed is brought by another', async t => {
  const url = new Secret(await testDatabaseUrl(t))
  const open = () => openDatabase({ url, directory: '/nowhere', connections: 4 })
  let lost = true
  const receiver = await startReceiver(t, () => (lost ? new Promise<number>(() => {}) : 204))
  const dead = await replicaOf(t, await open())
  await dead.start()
  await dead.webhooks.create({ url: receiver.url })
  await dead.tell('a')
  await receiver.until(1)
  lost = false
  await dead.tell('b')
  await dead.crash()
  const db = await open()
  t.teardown(() => db.close())
  const heir = await replicaOf(t, db)
  await heir.start()
  await receiver.until(3)
  t.strictSame(subjects(receiver.received), ['a', 'a', 'b'], 'a comes twice: it was sent and not acknowledged')
  t.equal(receiver.received[0]?.headers['webhook-id'], receiver.received[1]?.headers['webhook-id'])
})

t.test('what happens while no replica runs is brought by the next', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t)
  const first = await replicaOf(t, db)
  await first.start()
  await first.webhooks.create({ url: receiver.url })
  await first.stop()
  await first.tell('meanwhile')
  const second = await replicaOf(t, db)
  await second.start()
  await receiver.until(1)
  t.strictSame(subjects(receiver.received), ['meanwhile'])
})

t.test('while a secret is replaced messages are signed by both, a day later by the new one alone', async t => {
  const db = await testDatabase(t)
  const { now, forward } = clock()
  const receiver = await startReceiver(t)
  const us = await replicaOf(t, db, { now })
  await us.start()
  const { webhook, secret: former } = await us.webhooks.create({ url: receiver.url })
  const { secret: fresh } = await us.webhooks.rotate(webhook.id)
  t.not(fresh, former)
  await us.tell('a')
  const [first] = await receiver.until(1)
  t.strictSame(
    [former, fresh].map(secret => first && isGenuine(first, secret)),
    [true, true],
  )
  forward(25 * 60 * minute)
  await us.tell('b')
  const [, second] = await receiver.until(2)
  t.strictSame(
    [former, fresh].map(secret => second && isGenuine(second, secret)),
    [false, true],
  )
})

t.test('what came behind an event is brought again on demand', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t)
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  await us.tell('a', 'b', 'c')
  await receiver.until(3)
  await us.webhooks.enable(webhook.id, 1)
  await receiver.until(5)
  t.strictSame(subjects(receiver.received).slice(3), ['b', 'c'])
})

t.test('nothing is brought into our own network, and secrets lie sealed', async t => {
  const db = await testDatabase(t)
  const us = await replicaOf(t, db)
  await t.rejects(us.webhooks.create({ url: 'http://169.254.169.254/latest' }), { code: 'address-forbidden' })
  const { webhook, secret } = await us.webhooks.create({ url: 'http://127.0.0.1:9/' })
  await t.rejects(us.webhooks.change(webhook.id, { url: 'http://10.0.0.1/' }), { code: 'address-forbidden' })
  const rows = JSON.stringify(await db.query('select w::text from webhook w'))
  t.notMatch(rows, secret)
  t.notMatch(JSON.stringify(await us.webhooks.list({ limit: 10, offset: 0 })), secret)
})

t.test('a webhook may follow what concerns one process, or one thing', async t => {
  const db = await testDatabase(t)
  const receiver = await startReceiver(t)
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url, subject: 'b' })
  await us.tell('a', 'b', 'c')
  await receiver.until(1)
  await us.webhooks.change(webhook.id, { subject: null, process: 'd' })
  await us.tell('a', 'b', 'd')
  await receiver.until(2)
  await us.webhooks.change(webhook.id, { process: null })
  await us.tell('e')
  await receiver.until(3)
  t.strictSame(subjects(receiver.received), ['b', 'd', 'e'])
})

t.test('what came of the latest attempts is kept, the last one first, and no more than fifty of them', async t => {
  const db = await testDatabase(t)
  let tries = 0
  const receiver = await startReceiver(t, () => (++tries <= 2 ? 503 : 204))
  const us = await replicaOf(t, db)
  await us.start()
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  await us.tell('a')
  await until(async () => (await us.webhooks.attempts(webhook.id)).length === 3)
  const [last, ...failed] = await us.webhooks.attempts(webhook.id)
  t.match(last, { status: 204, error: null, nextAttempt: null, type: 'dev.kontor.dataset.created', ms: Number })
  t.equal(last?.event, receiver.received[0]?.event.id)
  t.equal(failed.length, 2)
  for (const attempt of failed)
    t.match(attempt, { status: 503, error: 'The receiver answered 503.', event: last?.event, nextAttempt: Date })
  await us.tell(...Array.from({ length: 60 }, (_, index) => `n${index}`))
  await until(async () => (await us.webhooks.get(webhook.id)).place === 61)
  t.equal((await us.webhooks.attempts(webhook.id)).length, 50)
  await us.webhooks.remove(webhook.id)
  t.same(await db.query('select from delivery_attempt'), [])
})

t.test('attempts that are older than events are kept are deleted, a few at a time', async t => {
  const db = await testDatabase(t)
  const { now, forward } = clock()
  const receiver = await startReceiver(t)
  const us = await replicaOf(t, db, { now })
  const { webhook } = await us.webhooks.create({ url: receiver.url })
  for (let times = 0; times < 3; times++) await us.webhooks.ping(webhook.id)
  forward(minute)
  const later = now()
  await us.webhooks.ping(webhook.id)
  t.equal(await deleteAttempts(db, later, 2), 2)
  t.equal(await deleteAttempts(db, later, 2), 1)
  t.equal((await us.webhooks.attempts(webhook.id)).length, 1)
})

t.test('whether a receiver is there can be tried out at once; its place stays', async t => {
  const db = await testDatabase(t)
  let status = 204
  const receiver = await startReceiver(t, () => status)
  const us = await replicaOf(t, db)
  const { webhook, secret } = await us.webhooks.create({ url: receiver.url })
  t.match(await us.webhooks.ping(webhook.id), { status: 204, error: null })
  t.match(receiver.received[0]?.event, { type: 'dev.kontor.webhook.ping', subject: webhook.id })
  t.ok(receiver.received[0] && isGenuine(receiver.received[0], secret))
  status = 500
  t.match(await us.webhooks.ping(webhook.id), { status: 500, error: 'The receiver answered 500.' })
  t.match(await us.webhooks.get(webhook.id), { place: webhook.place, attempts: 0, lastError: null })
  await t.rejects(us.webhooks.ping('none'), { code: 'not-found' })
})
