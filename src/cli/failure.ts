import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { KontorError } from '../errors.ts'

const debugging = ['debug', 'trace']

/** How a command ends: what programs can tell apart. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  noConnector: 5,
  otherEnd: 6,
} as const

/** What each exit code means, for the manual. */
export const exitMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'It is done.'],
  [exitCodes.failed, 'It failed; the sentence on standard error says why.'],
  [exitCodes.usage, 'The command line was wrong: an unknown command or option, or one missing.'],
  [exitCodes.notFound, 'What was named is not there.'],
  [exitCodes.notAllowed, 'The connector does not let this key do that.'],
  [exitCodes.noConnector, 'No connector answers at the URL.'],
  [
    exitCodes.otherEnd,
    'It came to another end than was wanted: a negotiation or transfer was terminated, or it takes longer than `--timeout`.',
  ],
]

/** It came to another end than was wanted. */
export const otherEnd = (message: string): KontorError => new KontorError('other-end', 409, message)

/**
 * Tells people on standard error why a command failed, in one sentence, and what to do, and answers the exit code. Stacks are for those who
 * asked for them with `KONTOR_LOG_LEVEL=debug`.
 */
export function tellFailure(error: unknown, environment: Readonly<Record<string, string | undefined>>): number {
  // Commander has said what was wrong, or has shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
  const sentence = error instanceof Error ? error.message : String(error)
  process.stderr.write(`kontor: ${sentence}\n`)
  if (error instanceof KontorError && error.code === 'refused')
    for (const { path, message } of error.faults) process.stderr.write(`  ${path || '/'}: ${message}\n`)
  const advice = adviceFor(error)
  if (advice !== undefined) process.stderr.write(`${advice}\n`)
  if (debugging.includes(environment.KONTOR_LOG_LEVEL ?? '')) process.stderr.write(`${inspect(error)}\n`)
  return exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof KontorError)) return exitCodes.failed
  const { code, status } = error
  if (code === 'not-found') return exitCodes.notFound
  if (code === 'no-connector') return exitCodes.noConnector
  if (code === 'other-end') return exitCodes.otherEnd
  if (code !== 'refused') return exitCodes.failed
  if (status === 404) return exitCodes.notFound
  return status === 401 || status === 403 ? exitCodes.notAllowed : exitCodes.failed
}

/** What to do next, where the sentence itself does not say it. */
function adviceFor(error: unknown): string | undefined {
  if (!(error instanceof KontorError)) return undefined
  const { code, status } = error
  if (code === 'no-connector')
    return 'Start it with "kontor serve", or say where it is: --url, KONTOR_URL, or a profile.'
  if (code !== 'refused') return undefined
  if (status === 401)
    return 'Give its key: --key, KONTOR_KEY, or a profile. One that made its own keeps it in management.key.'
  if (status === 404) return 'See what there is with "kontor get"; "kontor get --help" lists the kinds.'
  return undefined
}
