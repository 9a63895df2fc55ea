import t from 'tap'
import { readOptions } from './options.ts'

t.test('without options the whole kit runs once', async t => {
  t.match(readOptions([]), { tests: { length: 67 }, times: 1, selfTest: false })
})

t.test('a test, a group or a kind may be chosen, and a kind is not the one it begins like', async t => {
  t.match(readOptions(['--test', 'CN:01-02']), { tests: ['CN:01-02'] })
  t.match(readOptions(['--test', 'CN:01,MET']), {
    tests: ['MET:01-01', 'CN:01-01', 'CN:01-02', 'CN:01-03', 'CN:01-04'],
  })
  t.match(readOptions(['--test', 'TP']), { tests: { length: 16 } })
})

t.test('what makes no sense is told', async t => {
  t.match(readOptions(['--test', 'CN:99']), { complaint: /no test "CN:99"/ })
  t.match(readOptions(['--times', 'x']), { complaint: /--times must be a whole number/ })
  t.match(readOptions(['--nonsense']), { complaint: /nonsense/ })
})
