import t from 'tap'
import { createReplayStore } from '../../../src/identity/verifier/replay.ts'
import { testDatabase } from '../../support/database.ts'

t.test('what nobody would take any more is forgotten', async t => {
  const db = await testDatabase(t)
  let time = Date.parse('2026-01-01')
  const useOnce = createReplayStore(db, () => new Date(time))
  const soon = new Date(time + 30_000)
  t.ok(await useOnce('did:web:a', 'one', soon))
  time += 3_600_000
  t.ok(await useOnce('did:web:a', 'two', new Date(time + 30_000)))
  t.match(await db.query('select count(*)::int as count from used_token'), [{ count: 1 }])
})

t.test('a jti of any length and content is remembered', async t => {
  const useOnce = createReplayStore(await testDatabase(t), () => new Date())
  const until = new Date(Date.now() + 30_000)
  for (const jti of ['x'.repeat(9_000), 'nul\u0000', '💧']) {
    t.ok(await useOnce('did:web:a', jti, until))
    t.notOk(await useOnce('did:web:a', jti, until))
  }
})
