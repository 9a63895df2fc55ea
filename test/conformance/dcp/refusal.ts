import type { Test } from 'tap'
import { type Reason, reasons } from '../../../src/identity/rejection.ts'
import type { Answer, World } from './world.ts'

type Refusal = Awaited<ReturnType<World['refusal']>>

/** It was refused for that reason alone, and whoever asked learns no more than that kind of reason. */
export function assertRefused(
  t: Pick<Test, 'match' | 'equal' | 'notMatch'>,
  answer: Refusal,
  door: string,
  reason: Reason,
): void {
  const [status, code, sentence] = reasons[reason]
  t.match(answer, { status, body: { code } })
  t.match(JSON.stringify(answer.body), JSON.stringify(sentence).slice(1, -1))
  t.match(answer.rejected, [{ door, reason }])
  t.equal(answer.rejected.length, 1, 'there was one reason')
}

/** It was refused since its body is wrong in that place, and nothing else was wrong. */
export function assertFaulty(t: Pick<Test, 'match' | 'same'>, answer: Refusal, path: string): void {
  t.match(answer satisfies Answer, { status: 400, body: { code: 'invalid' } })
  t.same(
    answer.body.faults.map((fault: { path: string }) => fault.path),
    [path],
  )
  t.same(answer.rejected, [], 'nobody was turned down')
}
