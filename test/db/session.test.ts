import t from 'tap'
import { testDatabase } from '../support/database.ts'

t.test('what a session holds, nobody else has, until it is released', async t => {
  const db = await testDatabase(t)
  const session = await db.session()
  await session.query('select pg_advisory_lock(7)')
  t.same(await db.query('select pg_try_advisory_lock(7) as got'), [{ got: false }])
  session.onLost(() => t.fail('released is not lost'))
  await session.release()
  await session.release()
  const other = await db.session()
  await other.query('select pg_advisory_lock(7)')
})

t.test('a session tells when its connection is lost', async t => {
  const db = await testDatabase(t)
  const session = await db.session()
  const lost = new Promise<void>(resolve => session.onLost(resolve))
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid')
  await db.query('select pg_terminate_backend($1)', [row?.pid ?? 0])
  await lost
  await t.rejects(session.query('select 1'), { code: 'unavailable' })
  await session.release()
})
