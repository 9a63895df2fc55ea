import t from 'tap'
import { roles, testIds } from './kit/tests.ts'
import { readOptions } from './options.ts'

t.test('without options the whole kit runs once', async t => {
  t.match(readOptions([]), { tests: { length: 40 + 20 + 25 }, times: 1 })
})

t.test('no two tests of the kit have one name', async t => {
  const all = roles.flatMap(role => testIds[role])
  t.equal(new Set(all).size, all.length)
})

t.test('a test, all that begin alike, or a role may be chosen', async t => {
  t.match(readOptions(['--test', 'cs_05_02_endpointDiscovery']), { tests: ['cs_05_02_endpointDiscovery'] })
  t.match(readOptions(['--test', 'is_6_2,is_6_7']), { tests: ['is_6_2_endpointDiscovery', 'is_6_7_issuerMetadata'] })
  t.match(readOptions(['--test', 'verifier']), { tests: { length: 20 } })
})

t.test('what makes no sense is told', async t => {
  t.match(readOptions(['--test', 'cs_99']), { complaint: /no test "cs_99"/ })
  t.match(readOptions(['--times', '0']), { complaint: /--times must be a whole number/ })
  t.match(readOptions(['--nonsense']), { complaint: /nonsense/ })
})
