import t from 'tap'
import { testDatabase } from '../support/database.ts'

t.test('everybody who listens hears each notice on the channel, and no other', async t => {
  const db = await testDatabase(t)
  const first = inbox()
  const second = inbox()
  await db.listen('news', first.put)
  const stop = await db.listen('news', second.put)
  await db.query(`select pg_notify('weather', 'rain')`)
  await db.query(`select pg_notify('news', 'one')`)
  t.same([await first.next(), await second.next()], ['one', 'one'])
  await stop()
  await db.query(`select pg_notify('news', 'two')`)
  t.equal(await first.next(), 'two')
  t.same(second.left(), [], 'after it stopped listening')
})

t.test('a name of a channel is a name, whatever is in it', async t => {
  const db = await testDatabase(t)
  const heard = inbox()
  const channel = 'Odd "name"; drop table x'
  await db.listen(channel, heard.put)
  await db.query('select pg_notify($1, $2)', [channel, 'hello'])
  t.equal(await heard.next(), 'hello')
})

t.test('listening survives a lost connection, and says that something may have been missed', async t => {
  const db = await testDatabase(t)
  const heard = inbox()
  await db.listen('news', heard.put)
  await db.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen%'`)
  t.equal(await heard.next(), '', 'an empty payload after the reconnect')
  await db.query(`select pg_notify('news', 'still here')`)
  t.equal(await heard.next(), 'still here')
})

/** Collects payloads; `next` waits for one. */
function inbox() {
  const payloads: string[] = []
  let wake = () => {}
  return {
    put: (payload: string) => {
      payloads.push(payload)
      wake()
    },
    left: () => payloads,
    async next(): Promise<string | undefined> {
      if (payloads.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return payloads.shift()
    },
  }
}
