import type { Command } from 'commander'

/** A command line as one would type it, and what it does. */
export type Example = readonly [line: string, what: string]

const kept = new WeakMap<Command, readonly Example[]>()

/** Gives a command examples: in its help, and in the manual. */
export function addExamples(command: Command, examples: readonly Example[]): Command {
  kept.set(command, examples)
  const lines = examples.map(([line, what]) => `  # ${what}\n  ${line}\n`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('')}`)
}

/** The examples of a command. */
export const examplesOf = (command: Command): readonly Example[] => kept.get(command) ?? []
