import { parseArgs } from 'node:util'
import { roles, testIds } from './kit/tests.ts'

/** What a run of the kit is asked to do. */
interface Options {
  readonly tests: readonly string[]
  readonly times: number
  readonly log: string | undefined
}

/** What there is to say on the command line. */
export const usage = `usage: npm run conformance -- dcp [options]
Runs the official conformance kit of the Decentralized Claims Protocol 1.0 against a connector of our own, which is
holder, verifier and issuer in turn.

  --test ID[,ID…]  only these: cs_05_02_endpointDiscovery a test, cs_05 all that begin so, holder a role; may be repeated
  --times N        so many runs in a row, each on a connector of its own
  --log FILE       what the kit prints, every stack trace, and what the connector logs

One line a test, at the end "N passed, N failed". Exit: 0 all passed, 1 some failed, 2 nothing could be run.
Needs Java 17 or later, and Maven for the first run: it fetches the kit into the user's cache.
`

/** Reads the command line: what to do, the text to print instead, or a complaint. */
export function readOptions(args: string[]): Options | { readonly help: string } | { readonly complaint: string } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        test: { type: 'string', multiple: true },
        times: { type: 'string', default: '1' },
        log: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) return { help: usage }
    const times = Number(values.times)
    if (!Number.isInteger(times) || times < 1)
      throw new Error(`--times must be a whole number from 1, not ${JSON.stringify(values.times)}.`)
    return { tests: choose(values.test?.flatMap(ids => ids.split(',')) ?? []), times, log: values.log }
  } catch (error) {
    return { complaint: error instanceof Error ? error.message : String(error) }
  }
}

/** The tests that are named, begin so, or concern a named role; all if none is named. */
function choose(wanted: readonly string[]): readonly string[] {
  const all = roles.flatMap(role => testIds[role])
  if (wanted.length === 0) return all
  const named = (name: string) =>
    roles.flatMap(role => testIds[role].filter(id => role === name || id.startsWith(name)))
  const unknown = wanted.find(name => named(name).length === 0)
  if (unknown !== undefined)
    throw new Error(`The kit has no test ${JSON.stringify(unknown)}, and there is no such role.`)
  return all.filter(id => wanted.some(name => named(name).includes(id)))
}
