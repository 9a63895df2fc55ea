import { inspect } from 'node:util'
import { CommanderError } from 'commander'

const debugging = ['debug', 'trace']

/**
 * Tells people on standard error why a command failed, in one sentence, and answers the exit code. Stacks are for those who
 * asked for them with `KONTOR_LOG_LEVEL=debug`.
 */
export function tellFailure(error: unknown, environment: Readonly<Record<string, string | undefined>>): number {
  // Commander has said what was wrong, or has shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const sentence = error instanceof Error ? error.message : String(error)
  process.stderr.write(`kontor: ${sentence}\n`)
  if (debugging.includes(environment.KONTOR_LOG_LEVEL ?? '')) process.stderr.write(`${inspect(error)}\n`)
  return 1
}
