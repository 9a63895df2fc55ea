import t from 'tap'
import type { Verdict } from '../../kit/verdict.ts'
import { createReader } from './verdicts.ts'

function read(text: string): Verdict[] {
  const verdicts: Verdict[] = []
  const reader = createReader(verdict => verdicts.push(verdict))
  for (const line of text.split('\n')) reader(line)
  return verdicts
}

const told = (method: string, rest: string) => `| +-- SomeTest
| | +-- 5.2 Verify this: that
| | |      tags: [mandatory]
| | |  uniqueId: [engine:junit-jupiter]/[class:org.example.SomeTest]/[method:${method}()]
| | |    source: MethodSource [className = 'org.example.SomeTest', methodName = '${method}', methodParameterTypes = '']
${rest}
| '-- SomeTest finished after 12 ms.`

t.test('a test that passes and one that the kit skips are told as such, by the names of their methods', async t => {
  t.same(read(told('cs_1', '| | |  duration: 20 ms\n| | |    status: [OK] SUCCESSFUL')), [
    { id: 'cs_1', name: '5.2 Verify this: that', result: 'passed' },
  ])
  t.same(read(told('cs_2', '| | |    reason: it is @Disabled\n| | |    status: [S] SKIPPED')), [
    { id: 'cs_2', name: '5.2 Verify this: that', result: 'skipped' },
  ])
})

t.test('a failure says what the kit says, without the stack', async t => {
  const failure = `| | |    caught: java.lang.AssertionError: 
| | |              Expecting actual to be greater than 399
| | |              	at org.example.SomeTest.cs_3(SomeTest.java:31)
| | |              Caused by: java.net.ConnectException: Connection refused
| | |  duration: 2189 ms
| | |    status: [X] FAILED`
  t.same(read(told('cs_3', failure)), [
    { id: 'cs_3', name: '5.2 Verify this: that', result: 'failed', reason: 'Expecting actual to be greater than 399' },
  ])
})
