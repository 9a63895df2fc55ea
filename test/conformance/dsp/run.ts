import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { propertiesText } from '../../../src/cli/conformance/kit.ts'
import { fetchKit } from './kit/fetch.ts'
import { launch } from './kit/launch.ts'
import { findJava, Unable } from './kit/tools.ts'
import type { Verdict } from './kit/verdicts.ts'
import { type Options, readOptions, usage } from './options.ts'
import { startUnderTest, type UnderTest } from './under-test.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const note = (line: string): void => void process.stderr.write(`${line}\n`)

/** Runs the official DSP conformance kit as the command line says; answers with the exit code. */
export async function runDsp(args: string[]): Promise<number> {
  const options = readOptions(args)
  if ('help' in options) {
    process.stdout.write(options.help)
    return 0
  }
  if ('complaint' in options) {
    note(`${options.complaint}\n\n${usage}`)
    return 2
  }
  try {
    return await run(options)
  } catch (error) {
    if (!(error instanceof Unable)) throw error
    note(error.message)
    return 2
  }
}

async function run(options: Options): Promise<number> {
  const java = await findJava()
  const kit = await fetchKit(note)
  const directory = await mkdtemp(join(tmpdir(), 'kontor-conformance-'))
  const file = options.log === undefined ? undefined : createWriteStream(options.log)
  const log = file && ((line: string): void => void file.write(`${line.trimEnd()}\n`))
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort(new Unable('The run was interrupted.'))
  process.once('SIGINT', interrupt)
  let underTest: UnderTest | undefined
  try {
    if (!options.selfTest) underTest = await startUnderTest({ directory, log, wait: options.wait })
    const properties = underTest?.properties ?? selfTest(options)
    log?.(propertiesText(properties))
    const { signal } = interrupted
    const one = { java, kit, directory, properties, tests: options.tests, log, signal }
    return await repeat(options, tell => launch({ ...one, tell }))
  } finally {
    process.off('SIGINT', interrupt)
    await underTest?.stop()
    file?.end()
    await rm(directory, { recursive: true, force: true })
  }
}

const selfTest = ({ wait }: Options): ReadonlyMap<string, string> =>
  new Map([
    ['dataspacetck.launcher', 'org.eclipse.dataspacetck.dsp.system.DspSystemLauncher'],
    ['dataspacetck.dsp.local.connector', 'true'],
    ...(wait === undefined ? [] : [['dataspacetck.dsp.default.wait', String(wait)] as const]),
  ])

type Play = (tell: (verdict: Verdict) => void) => Promise<void>

/** So many runs, then the sum alone on a line. */
async function repeat({ times, tests }: Options, play: Play): Promise<number> {
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

/** One run. A test of which nothing was heard has failed: the kit gives up a whole class when it cannot set it up. */
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
