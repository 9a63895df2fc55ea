import { parseArgs } from 'node:util'
import { Unable } from '../support/java/tools.ts'
import { scenarios } from './scenarios/index.ts'
import { withWorld } from './world.ts'

/*
 * npm run interop [-- --only WORDS] [--list] [--keep DIRECTORY]
 *
 * Does business with an Eclipse EDC, in both directions. One line a scenario, at the end "N passed, N failed".
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean' }, keep: { type: 'string' } },
})
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const note = (line: string): void => void process.stderr.write(`${line}\n`)
const wanted = scenarios.filter(({ name }) => name.includes(values.only ?? ''))

if (values.list) for (const { name } of wanted) print(name)
else process.exitCode = await play()

/** The exit code. Where there is no Java or no Maven, there is nothing to be proved, and nothing is wrong. */
async function play(): Promise<number> {
  try {
    return await withWorld({ keep: values.keep, say: note }, async world => {
      let failed = 0
      for (const { name, run } of wanted) {
        const begun = performance.now()
        const reason = await run(world).then(
          () => undefined,
          error => (error instanceof Error ? error.message : String(error)),
        )
        if (reason !== undefined) failed++
        const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
        print(reason === undefined ? `PASS ${name} (${seconds} s)` : `FAIL ${name}: ${reason}`)
      }
      print(`${wanted.length - failed} passed, ${failed} failed`)
      return failed === 0 && wanted.length > 0 ? 0 : 1
    })
  } catch (error) {
    if (!(error instanceof Unable)) throw error
    note(`interop is left out: ${error.message}`)
    return 0
  }
}
