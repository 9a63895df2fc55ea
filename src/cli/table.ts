import { type Command, Option } from 'commander'

/** Lines for people: columns as wide as their widest cell, heads above. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  const written = lines.map(line => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return written.map(line => `${line.trimEnd()}\n`).join('')
}

/** A time of an API's answer, to the minute. */
export const minutes = (time: string | null): string =>
  time === null ? '–' : time.replace(/:\d\d\.\d{3}Z$/, 'Z').replace('T', ' ')

/** How a command tells what it found. */
export interface Output {
  readonly output?: 'json'
}

/** Lets a command be told how to tell what it found. */
export const addOutput = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'how it is told').choices(['json']))

/** Tells people lines with columns, and programs the items as JSON. */
export function print<T>(
  { output }: Output,
  items: readonly T[],
  heads: readonly string[],
  cells: (item: T) => readonly string[],
): void {
  process.stdout.write(output === 'json' ? `${JSON.stringify(items, null, 2)}\n` : table(heads, items.map(cells)))
}
