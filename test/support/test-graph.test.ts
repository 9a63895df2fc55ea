import t from 'tap'
import { testFiles, thoseThatReach } from './test-graph.ts'

const server = 'test/support/test-server.ts'

t.test('a test that has a database uses the server of the tests, by however many modules', async t => {
  const files = ['test/db/transaction.test.ts', 'test/flows/replicas.test.ts', 'test/management/v3/edrs.test.ts']
  t.same(await thoseThatReach(server, files), files)
})

t.test('a test that computes, or has servers of its own, does not', async t => {
  const files = ['test/policy/atom.test.ts', 'test/transfer/edr.test.ts', 'test/db/embedded/index.test.ts']
  t.same(await thoseThatReach(server, files), [])
})

t.test('all tests are known, this one too', async t => {
  const files = await testFiles()
  t.ok(files.includes('test/support/test-graph.test.ts'))
  t.ok(files.includes('test/connector.test.ts'))
})
