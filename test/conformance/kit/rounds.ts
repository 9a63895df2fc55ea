import { note } from './session.ts'
import type { Verdict } from './verdict.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Plays some tests of a kit once, and tells each verdict. */
export type Play = (tell: (verdict: Verdict) => void) => Promise<void>

/** So many rounds of these tests, a line for each, then the sum alone on a line. The answer is the exit code. */
export async function playRounds(given: { times: number; tests: readonly string[]; play: Play }): Promise<number> {
  const { times, tests, play } = given
  let [passed, failed] = [0, 0]
  for (let round = 1; round <= times; round++) {
    const begun = performance.now()
    const counts = await once(tests, play)
    passed += counts.passed
    failed += counts.failed
    const seconds = Math.round((performance.now() - begun) / 1_000)
    note(`run ${round} of ${times}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`)
  }
  print(`${passed} passed, ${failed} failed`)
  if (failed > 0) return 1
  return passed > 0 ? 0 : 2
}

const words = { passed: 'PASS', failed: 'FAIL', skipped: 'SKIP' } as const

/** One round. A test of which nothing was heard has failed: the kit gives up a whole class when it cannot set it up. */
async function once(tests: readonly string[], play: Play): Promise<{ passed: number; failed: number }> {
  const verdicts = new Map<string, Verdict>()
  const tell = (verdict: Verdict) => {
    const { id, name, result, reason } = verdict
    verdicts.set(id, verdict)
    print([words[result], id, name].join(' ').trimEnd() + (reason === undefined ? '' : `: ${reason}`))
  }
  await play(tell)
  for (const id of tests)
    if (!verdicts.has(id))
      tell({ id, name: '', result: 'failed', reason: 'the kit has not run it; --log FILE tells why' })
  const count = (result: Verdict['result']) =>
    [...verdicts.values()].filter(verdict => verdict.result === result).length
  return { passed: count('passed'), failed: count('failed') }
}
