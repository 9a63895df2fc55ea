import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { verifyArchive } from '../src/cli/verify.ts'
import { get, post } from '../src/lab/api.ts'
import { reach } from '../src/lab/story/follow.ts'
import { deleteAgreements, isBound } from '../src/negotiation/index.ts'
import { deleteEnded } from '../src/process/index.ts'
import { giveAgreement } from './support/agreements.ts'
import { fill } from './support/bulk.ts'
import { testDatabase } from './support/database.ts'
import { beginTransfer, negotiate, openShop, otherPath } from './support/deals.ts'
import { startLab } from './support/lab.ts'

/** A lab whose provider keeps what has ended for a millisecond, after one negotiation and one completed transfer. */
async function startForgetful(t: Test) {
  const archive = t.testdir()
  const lab = await startLab(t, {
    adjust: (config, part) =>
      part === 'provider' ? { ...config, retention: { ...config.retention, processes: 1, archive } } : config,
  })
  await openShop(lab)
  const agreementId = await negotiate(lab)
  const consumers = await beginTransfer(lab, agreementId)
  await reach(lab.consumer, consumers, 'STARTED')
  const providers = await otherPath(lab.consumer, consumers)
  return { lab, archive, agreementId, transfer: { consumers, providers } }
}

const filesIn = async (archive: string) => (await readdir(archive)).sort().map(name => join(archive, name))

t.test('what has ended is filed away and deleted by a job; what lives stays, and so does the agreement', async t => {
  const { lab, archive, agreementId, transfer } = await startForgetful(t)
  /** The job is done at every start, and every hour. */
  const again = async () => {
    await lab.provider.stop()
    await lab.provider.start()
    await lab.provider.connector.jobs.drained()
  }
  await again()
  t.same(await filesIn(archive), [], 'a negotiation is kept as long as data flows under its agreement')
  await get(lab.provider, transfer.providers)

  await post(lab.consumer, `${transfer.consumers}/complete`, {})
  await reach(lab.provider, transfer.providers, 'COMPLETED')
  await lab.drain()
  await again()
  await lab.provider.connector.jobs.drained()
  const { db } = lab.provider.connector
  for (const table of ['process', 'journal', 'data_flow', 'outbox'])
    t.same(await db.query(`select * from ${table}`), [], table)
  const files = await filesIn(archive)
  t.same(
    (await Promise.all(files.map(verifyArchive))).map(sentence => sentence.replace(/^.*: /, '')),
    Array(2).fill('1 processes with their journals whole, 0 agreements'),
  )
  const lines = (await Promise.all(files.map(file => readFile(file, 'utf8')))).map(text => JSON.parse(text))
  t.match(lines, [
    { kind: 'negotiation', process: { state: 'FINALIZED', data: { agreement: { '@id': agreementId } } } },
    { kind: 'transfer', process: { state: 'COMPLETED' }, used: { bytes: 0, requests: 0 } },
  ])
  t.same(
    lines.map(({ journal }) => journal.length > 0),
    [true, true],
  )

  t.ok(await isBound(db, 'iowa-generation'))
  await reach(lab.consumer, await beginTransfer(lab, agreementId), 'STARTED')
})

t.test('an archive in which somebody has changed a word is told from a true one', async t => {
  const { lab, archive, transfer } = await startForgetful(t)
  await post(lab.consumer, `${transfer.consumers}/terminate`, { reason: 'enough' })
  await reach(lab.provider, transfer.providers, 'TERMINATED')
  await lab.drain()
  await lab.provider.stop()
  await lab.provider.start()
  await lab.provider.connector.jobs.drained()
  const [file = ''] = (await filesIn(archive)).filter(name => name.includes('transfers-'))
  const text = await readFile(file, 'utf8')
  const filed = JSON.parse(text)
  const [first, ...rest] = filed.journal
  await writeFile(file, JSON.stringify({ ...filed, journal: [{ ...first, actor: 'somebody else' }, ...rest] }))
  await t.rejects(verifyArchive(file), { message: /is broken at entry 1\./ })
  await writeFile(file, JSON.stringify({ ...filed, journal: filed.journal.slice(0, -1) }))
  await t.rejects(verifyArchive(file), { message: new RegExp(`is broken at entry ${filed.journal.length}`) })
  await writeFile(file, JSON.stringify({ ...filed, journal: filed.journal.toSpliced(1, 1) }))
  await t.rejects(verifyArchive(file), { message: /is broken at entry 2/ })
  await writeFile(file, '{"kind":"transfer"}')
  await t.rejects(verifyArchive(file), { message: /not a line of an archive/ })
  t.notMatch(text, /endpointProperties|"edr"/, 'nothing that opens anything')
})

t.test('the oldest go first, a batch at a time, and nobody takes what another has in hand', async t => {
  const db = await testDatabase(t)
  await fill(db, { processes: 50, entries: 2 })
  const common = { kind: 'negotiation', archive: undefined, forget: async () => new Map(), now: new Date() } as const
  const left = async () => (await db.query(`select from process where kind = 'negotiation'`)).length
  const before = new Date(Date.now() - 20.5 * 60_000)
  const [one, two] = await Promise.all([
    deleteEnded(db, { ...common, before, limit: 10 }),
    deleteEnded(db, { ...common, before, limit: 10 }),
  ])
  t.equal(one + two, 20)
  t.equal(await left(), 30)
  t.equal(await deleteEnded(db, { ...common, before, limit: 100 }), 10)
  t.equal(await deleteEnded(db, { ...common, before, limit: 100 }), 0, 'the rest is too young')
  t.equal(await left(), 20)
  t.match(await db.query('select count(*)::int as entries from journal'), [{ entries: 40 }])
})

t.test('what still has work to do is not deleted', async t => {
  const db = await testDatabase(t)
  await fill(db, { processes: 2, entries: 1 })
  await db.query(
    `insert into outbox (process_id, lane, counterparty, due, created_at) select id, 'send', '', now(), now() from process`,
  )
  const common = { archive: undefined, forget: async () => new Map(), now: new Date() } as const
  t.equal(await deleteEnded(db, { ...common, kind: 'negotiation', before: new Date(), limit: 10 }), 0)
})

t.test('an agreement is deleted when it is old enough, its negotiation gone, and nothing flows under it', async t => {
  const db = await testDatabase(t)
  const given = {
    role: 'provider',
    participantId: 'us',
    counterparty: 'peer',
    permission: [{ action: 'use' }],
  } as const
  for (const id of ['one', 'two', 'three']) await giveAgreement(db, { ...given, id, datasetId: id })
  await db.query(`update agreement set agreed_at = now() - interval '2 days' where id <> 'three'`)
  const filed: object[] = []
  const archive = async (_what: string, lines: readonly object[]) => void filed.push(...lines)
  const before = new Date(Date.now() - 86_400_000)
  const some = () =>
    deleteAgreements(db, { before, limit: 10, archive, forget: async () => new Map(), now: new Date() })
  t.equal(await some(), 0, 'their negotiations are there')
  await db.query('delete from process')
  await db.query(
    `insert into process (id, kind, role, state, counterparty, address, data, created_at, updated_at)
     values ('t', 'transfer', 'provider', 'STARTED', 'peer', '', '{"agreementId":"two"}', now(), now())`,
  )
  t.equal(await some(), 1)
  t.match(filed, [{ kind: 'agreement', id: 'one', agreement: { '@id': 'one' } }])
  t.same(
    (await db.query('select id from agreement order by id')).map(row => Object.values(row)),
    [['three'], ['two']],
  )
})
