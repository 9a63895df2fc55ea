import t from 'tap'
import { transitions as negotiationArrows, table as negotiations } from '../../src/negotiation/table.ts'
import { countByState, listProcesses, outcomes, type ProcessQuery } from '../../src/process/list.ts'
import { findByPeer } from '../../src/process/store.ts'
import type { Process } from '../../src/process/types.ts'
import { transitions as transferArrows, table as transfers } from '../../src/transfer/table.ts'
import { fill } from '../support/bulk.ts'
import { testDatabase } from '../support/database.ts'
import { questions, waysOf } from '../support/questions.ts'
import { createPair } from '../support/toy.ts'

t.test('an outcome is a state that no arrow leaves, of any kind', async t => {
  const ends = [
    ...negotiationArrows.map(([, , , to]) => to).filter(to => negotiations.isTerminal(to)),
    ...transferArrows.map(([, , , to]) => to).filter(to => transfers.isTerminal(to)),
  ]
  t.same(new Set(outcomes), new Set(ends))
})

t.test('questions that are asked often use indexes, however long a connector has lived', async t => {
  const db = await testDatabase(t)
  await fill(db, { processes: 10_000, entries: 1 })
  for (const [question, ask] of questions) {
    const ways = await waysOf(db, ask)
    t.ok(ways.length > 0 || question === 'the outbox, measured', `${question}: ${ways.join(', ')}`)
    t.notOk(
      ways.some(way => way.startsWith('Seq Scan')),
      question,
    )
  }
})

t.test('no index holds what changes with every message: updates stay in their page', async t => {
  const db = await testDatabase(t)
  const rows = await db.query<{ name: string }>(
    `select distinct a.attname as name from pg_index i
     join pg_depend d on d.objid = i.indexrelid and d.refobjid = i.indrelid and d.refobjsubid > 0
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid where i.indrelid = 'process'::regclass`,
  )
  const once = [
    'id',
    'kind',
    'role',
    'counterparty',
    'peer_pid',
    'created_at',
    'dataset_id',
    'agreement_id',
    'outcome',
    'ended_at',
  ]
  t.same(new Set(rows.map(({ name }) => name)), new Set(once))
})

t.test(
  'processes are counted by state: those that live, that have ended, and no longer those that are gone',
  async t => {
    const { request, drain, dbs, provider } = await createPair(t, { provider: [] })
    const counts = async () =>
      (await countByState(dbs.provider, 'negotiation')).map(({ state, count }) => `${count} ${state}`).sort()
    await Promise.all([request(), request(), request()])
    await drain()
    t.same(await counts(), ['3 REQUESTED'])
    const [one, two] = await provider.runner.list()
    for (const process of [one, two]) await provider.runner.terminate(process?.id ?? '', 'operator', 'enough')
    await drain()
    t.same(await counts(), ['1 REQUESTED', '2 TERMINATED'])
    await dbs.provider.query('delete from process where id = $1', [one?.id ?? ''])
    t.same(await counts(), ['1 REQUESTED', '1 TERMINATED'])
    await dbs.provider.query('delete from process')
    t.same(await counts(), [])
  },
)

t.test('page after page, everything is listed once, also what was created in the same moment', async t => {
  const db = await testDatabase(t)
  await fill(db, { processes: 30, entries: 0 })
  await db.query(`update process set created_at = date_trunc('hour', created_at)`)
  for (const order of ['asc', 'desc'] as const) {
    const whole = await listProcesses(db, 'negotiation', { order })
    const seen: Process[] = []
    for (let next: Process[] = []; next.length > 0 || seen.length === 0; seen.push(...next))
      next = await listProcesses(db, 'negotiation', { order, limit: 7, after: seen.at(-1) })
    t.same(
      seen.map(({ id }) => id),
      whole.map(({ id }) => id),
    )
    t.equal(whole.length, 30)
  }
})

t.test('those that live and those that have ended are listed together by their latest change', async t => {
  const { request, drain, dbs, provider } = await createPair(t, { provider: [] })
  const [first, second, third] = [await request('1'), await request('2'), await request('3')]
  await drain()
  const ours = async ({ id }: Process) =>
    (await findByPeer(dbs.provider, 'negotiation', { role: 'provider', counterparty: 'consumer' }, id))?.id ?? ''
  const [a, b, c] = [await ours(first), await ours(second), await ours(third)]
  await dbs.provider.query(`update process set updated_at = now() - interval '1 hour'`)
  await provider.runner.terminate(b, 'operator', 'enough')
  await drain()
  await dbs.provider.query(`update process set updated_at = now() - interval '2 hours' where id = $1`, [c])
  const list = async (query: ProcessQuery) =>
    (await listProcesses(dbs.provider, 'negotiation', { sort: 'updated', ...query })).map(({ id }) => id)
  t.same(await list({}), [b, a, c])
  t.same(await list({ order: 'asc', offset: 1 }), [a, b])
  t.same(await list({ limit: 1, offset: 1 }), [a])
})
