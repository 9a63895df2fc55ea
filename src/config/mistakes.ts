import { type Fault, KontorError } from '../errors.ts'

/** A value that a setting was given, not looked at yet. */
export interface Given {
  readonly value: unknown
  /** For people: `kontor.yaml, line 3, column 9`, or the name of a variable. */
  readonly where: string
  /** The folder that relative paths in it start from. */
  readonly folder: string
}

/** What one source of settings says: what was given, by the setting's name, and what is wrong with the source itself. */
export interface Findings {
  readonly given: ReadonlyMap<string, Given>
  readonly mistakes: readonly Fault[]
}

/** One mistake as a whole sentence; `problem` follows the name. */
export const mistake = (name: string, where: string | undefined, problem: string): Fault => ({
  path: name,
  message: `${name}${where === undefined ? '' : ` (${where})`} ${problem}${/[.?]$/.test(problem) ? '' : '.'}`,
})

/** All mistakes as the one error that ends start-up: code `configuration`, one fault a mistake. */
export function misconfigured(mistakes: readonly Fault[]): KontorError {
  const sentences = mistakes.map(({ message }) => message)
  const message =
    sentences.length === 1
      ? `The configuration has a mistake: ${sentences[0]}`
      : `The configuration has ${sentences.length} mistakes:${sentences.map(each => `\n  - ${each}`).join('')}`
  return new KontorError('configuration', 500, message, { faults: mistakes })
}
