import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createAudit, deleteAudit } from '../../src/access/audit.ts'
import { isWhole } from '../../src/access/chain.ts'
import { testDatabase } from '../support/database.ts'

const request = { actor: 'key:ci', caller: 'key:1', method: 'POST', route: '/v3/assets', object: null }
const done = { object: 'wind', status: 200, code: null }
const now = () => new Date('2026-11-26T09:00:00Z')
const failed = (error: unknown) => {
  throw error
}

t.test('two processes add to one chain at the same time, and nothing is lost or torn', async t => {
  const db = await testDatabase(t)
  const audits = [1, 2].map(() => createAudit({ db, now, failed }))
  await Promise.all(
    audits.flatMap(audit => Array.from({ length: 100 }, async () => (await audit.begin(request))(done))),
  )
  await Promise.all(audits.map(audit => audit.settled()))
  const { items, end } = (await audits[0]?.entries(0, 1_000)) ?? { items: [], end: undefined }
  t.equal(items.length, 400)
  t.ok(items.every((entry, index) => isWhole(entry, items[index - 1])))
  t.match(items.at(-1), { ...end })
})

t.test('many changes at once cost few statements', async t => {
  const db = await testDatabase(t)
  let statements = 0
  const query: typeof db.query = (...statement) => {
    statements++
    return db.query(...statement)
  }
  const audit = createAudit({ db: { ...db, query }, now, failed })
  await Promise.all(Array.from({ length: 300 }, () => audit.begin(request)))
  t.ok(statements <= 4, `${statements} statements`)
})

t.test('an ending waits a moment for company, and nothing that comes later waits for ever', async t => {
  const db = await testDatabase(t)
  const [audit, other] = [createAudit({ db, now, failed }), createAudit({ db, now, failed })]
  const endFirst = await audit.begin(request)
  const second = audit.begin(request)
  // While the beginning of the second is being written: its statement is followed by one with this ending.
  endFirst(done)
  const endSecond = await second
  await sleep(50)
  endSecond(done)
  while ((await other.list({ limit: 10 })).some(({ status }) => status === null)) await sleep(5)
  await audit.begin(request)
  t.equal((await audit.list({ limit: 10 })).length, 3)
})

t.test('what cannot be written down is not done', async t => {
  const db = await testDatabase(t)
  const query: typeof db.query = () => Promise.reject(new Error('the disk is full'))
  const audit = createAudit({ db: { ...db, query }, now, failed })
  await t.rejects(audit.begin(request), /the disk is full/)
})

t.test('of a process that dies in the middle of a change it stays known that it was begun', async t => {
  const db = await testDatabase(t)
  await createAudit({ db, now, failed }).begin(request)
  t.match(await createAudit({ db, now, failed }).list({ limit: 10 }), [
    { actor: 'key:ci', route: '/v3/assets', status: null, endedAt: null },
  ])
})

t.test('what is old enough is filed away and deleted, and the rest is still whole', async t => {
  const db = await testDatabase(t)
  const clock = { at: Date.parse('2026-01-01T00:00:00Z') }
  const audit = createAudit({ db, now: () => new Date(clock.at), failed })
  for (const _ of [1, 2, 3]) {
    await audit.begin(request)
    clock.at += 86_400_000
  }
  const filed: object[] = []
  const given = {
    limit: 10,
    now: now(),
    archive: async (what: string, lines: readonly object[]) => void filed.push({ what }, ...lines),
  }
  const before = new Date('2026-01-02T12:00:00Z')
  t.equal(await deleteAudit(db, { ...given, before }), 2)
  t.equal(await deleteAudit(db, { ...given, before }), 0)
  t.match(filed, [{ what: 'audit' }, { kind: 'audit', seq: 1 }, { kind: 'audit', seq: 2 }])
  const { items } = await audit.entries(0, 10)
  t.match(items, [{ seq: 3 }])
  t.ok(items.every(entry => isWhole(entry, undefined)))
  await audit.begin(request)
  t.match((await audit.entries(0, 10)).items, [{ seq: 3 }, { seq: 4 }], 'it goes on where it was')
})
