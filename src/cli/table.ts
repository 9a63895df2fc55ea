import { type Command, Option } from 'commander'
import { stringify } from 'yaml'

/** Lines for people: columns as wide as their widest cell, heads above. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  const written = lines.map(line => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return written.map(line => `${line.trimEnd()}\n`).join('')
}

/** A time of an API's answer, to the minute. */
export const minutes = (time: string | null): string =>
  time === null ? '–' : time.replace(/:\d\d(\.\d{3})?Z$/, 'Z').replace('T', ' ')

/** What comes from others may hold what moves a cursor or changes colours: people see it, terminals do not obey it. */
export const harmless = (text: string): string =>
  text.replace(/(?![\n\t])\p{Cc}/gu, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

const oneLine = (text: string): string => harmless(text.replace(/[\r\n\t]+/g, ' '))

/** How a command tells what it found. */
export interface Output {
  readonly output?: 'json' | 'yaml'
}

/** Lets a command be told how to tell what it found. */
export const addOutput = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'how programs are told').choices(['json', 'yaml']))

/** One value for programs. */
export const written = (format: 'json' | 'yaml', value: unknown): string =>
  format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : stringify(value)

/** Tells people lines with columns, and programs the items as JSON or YAML. */
export function print<T>(
  { output }: Output,
  items: readonly T[],
  heads: readonly string[],
  cells: (item: T) => readonly string[],
): void {
  process.stdout.write(
    output
      ? written(output, items)
      : table(
          heads,
          items.map(item => cells(item).map(oneLine)),
        ),
  )
}

/** Tells people a text, and programs the value as JSON or YAML. */
export function printOne<T>({ output }: Output, value: T, people: (value: T) => string): void {
  process.stdout.write(output ? written(output, value) : harmless(people(value)))
}
