import t from 'tap'
import type { Verdict } from '../../kit/verdict.ts'
import { createReader } from './verdicts.ts'

function read(lines: readonly (readonly ['printed' | 'logged', string])[]): Verdict[] {
  const verdicts: Verdict[] = []
  const reader = createReader(verdict => verdicts.push(verdict))
  for (const [how, line] of lines) reader[how](line)
  reader.finish()
  return verdicts
}

const feed = (id: string, what: string) => `JUnit Jupiter > CN_01: Scenarios > ${id}: Verify this > that :: ${what}`

t.test('a test that passes and one that the kit skips are told as such', async t => {
  const verdicts = read([
    ['printed', feed('CN:01-01', 'STARTED')],
    ['printed', '[2026-01-01T00:00:00] Sending contract request'],
    ['printed', feed('CN:01-01', 'SUCCESSFUL')],
    ['printed', feed('TP_C:02-04', 'SKIPPED')],
    ['printed', '\tReason: it is @Disabled'],
  ])
  t.same(verdicts, [
    { id: 'CN:01-01', name: 'Verify this > that', result: 'passed' },
    { id: 'TP_C:02-04', name: 'Verify this > that', result: 'skipped' },
  ])
})

t.test('a failure says what the kit waited for, and what it could not take meanwhile', async t => {
  const [verdict] = read([
    ['logged', 'POST /transfers/earlier HTTP/1.1 [404  Not Found] ()'],
    ['printed', feed('CN_C:01-02', 'STARTED')],
    ['logged', 'POST /negotiations/x/offers HTTP/1.1 [404  Not Found] ()'],
    ['logged', 'POST /negotiations/x/offers HTTP/1.1 [404  Not Found] ()'],
    ['logged', 'POST /negotiations/request HTTP/1.1 [200  OK] ()'],
    ['logged', 'java.nio.channels.ClosedChannelException: gone'],
    ['logged', 'Exception in thread "pool-2-thread-2" java.lang.AssertionError: Invalid message: [no offer]'],
    ['printed', feed('CN_C:01-02', 'FAILED')],
    ['printed', '\tjava.lang.RuntimeException: java.lang.RuntimeException: Timeout waiting for state REQUESTED'],
    ['printed', '\t\tat org.example.Pipeline.execute(Pipeline.java:103)'],
    ['printed', '\tCaused by: java.lang.RuntimeException: Timeout'],
    ['printed', ''],
  ])
  t.same(verdict, {
    id: 'CN_C:01-02',
    name: 'Verify this > that',
    result: 'failed',
    reason:
      'Timeout waiting for state REQUESTED [the kit answered 404 to POST /negotiations/x/offers] ' +
      '[the kit could not take a message: Invalid message: [no offer]]',
  })
})

t.test('a failed check keeps its message of several lines', async t => {
  const [verdict] = read([
    ['printed', feed('MET:01-01', 'STARTED')],
    ['printed', feed('MET:01-01', 'FAILED')],
    ['printed', '\tjava.lang.AssertionError: '],
    ['printed', '\tExpecting actual not to be null'],
    ['printed', '\t\tat org.example.Test.run(Test.java:1)'],
  ])
  t.equal(verdict?.reason, 'Expecting actual not to be null')
})
