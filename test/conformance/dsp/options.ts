import { parseArgs } from 'node:util'
import { testIds } from '../../../src/cli/conformance/kit.ts'

/** What a run of the kit is asked to do. */
export interface Options {
  readonly tests: readonly string[]
  readonly times: number
  /** Seconds to wait for each message; without it the kit's 15. */
  readonly wait: number | undefined
  readonly log: string | undefined
  /** The kit against its own connector. */
  readonly selfTest: boolean
}

export const usage = `usage: npm run conformance -- dsp [options]
Runs the official conformance kit of the Dataspace Protocol 2025-1 against a connector of our own.

  --test ID[,ID…]  only these: CN:01-02 a test, CN:01 a group, CN a kind; may be repeated
  --times N        so many runs in a row, on one connector
  --wait SECONDS   how long the kit waits for the connector's next message (15 unless said otherwise)
  --log FILE       what the kit prints, every message and stack trace, and what the connector logs
  --self-test      the kit against its own built-in connector

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
        wait: { type: 'string' },
        log: { type: 'string' },
        'self-test': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) return { help: usage }
    return {
      tests: choose(values.test?.flatMap(ids => ids.split(',')) ?? []),
      times: positive('--times', values.times),
      wait: values.wait === undefined ? undefined : positive('--wait', values.wait),
      log: values.log,
      selfTest: values['self-test'],
    }
  } catch (error) {
    return { complaint: error instanceof Error ? error.message : String(error) }
  }
}

/** The tests that are named or lie in a named group; all if none is named. */
function choose(wanted: readonly string[]): readonly string[] {
  const all = testIds()
  if (wanted.length === 0) return all
  const within = (id: string, name: string) => id === name || id.startsWith(`${name}:`) || id.startsWith(`${name}-`)
  const unknown = wanted.find(name => !all.some(id => within(id, name)))
  if (unknown !== undefined)
    throw new Error(`The kit has no test ${JSON.stringify(unknown)}: say CN:01-02, CN:01 or CN.`)
  return all.filter(id => wanted.some(name => within(id, name)))
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${option} must be a whole number from 1, not ${JSON.stringify(text)}.`)
  return number
}
