import t from 'tap'
import { lastWords } from '../../../src/db/embedded/server.ts'

t.test('the last words of a server are its first fatal line, without time and process', async t => {
  const said = [
    '2026-11-23 19:44:09.614 UTC [8732] LOG:  starting PostgreSQL 18.4',
    '2026-11-23 19:44:09.616 UTC [8736] FATAL:  lock file "postmaster.pid" already exists',
    '2026-11-23 19:44:09.616 UTC [8736] HINT:  Is another postmaster running?',
  ]
  t.equal(lastWords(said), 'FATAL:  lock file "postmaster.pid" already exists')
  t.equal(lastWords(['error while loading shared libraries']), 'error while loading shared libraries')
  t.equal(lastWords([]), 'it said nothing')
})
