import t from 'tap'
import type { Database } from '../../src/db/index.ts'
import { joinReplicas } from '../../src/process/index.ts'
import { LOCK_SPACE } from '../../src/process/replica.ts'
import { testDatabase } from '../support/database.ts'

/** The replicas that live, each with the connection that shows it. */
const living = (db: Database) =>
  db.query<{ number: number; pid: number }>(
    `select objid::bigint as number, pid from pg_locks where locktype = 'advisory' and classid = $1 and granted
       and database = (select oid from pg_database where datname = current_database())`,
    [LOCK_SPACE],
  )

t.test('every replica has a number of its own, and holds a lock on it until it leaves', async t => {
  const db = await testDatabase(t)
  const [first, second] = [await joinReplicas(db), await joinReplicas(db)]
  t.not(first.number, second.number)
  t.same(new Set((await living(db)).map(({ number }) => number)), new Set([first.number, second.number]))
  await first.leave()
  t.same(
    (await living(db)).map(({ number }) => number),
    [second.number],
  )
  await second.leave()
})

t.test('a replica that has lost its connection comes back under its number', async t => {
  const db = await testDatabase(t)
  const replica = await joinReplicas(db)
  const [before] = await living(db)
  await db.query('select pg_terminate_backend($1)', [before?.pid ?? 0])
  for (let [now] = await living(db); !now || now.pid === before?.pid; [now] = await living(db));
  t.same(
    (await living(db)).map(({ number }) => number),
    [replica.number],
  )
  await replica.leave()
  t.same(await living(db), [])
})
