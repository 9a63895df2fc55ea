import type { Argument, Command, Option } from 'commander'
import { kinds } from '../get/kinds.ts'

/** Finds what may stand at a place: ids of a kind, names of peers, names of profiles. */
export type LookUp = (what: string) => Promise<readonly string[]>

/** Where on the command line one is: the command so far, how many arguments it has, and the option that waits for a value. */
interface Place {
  readonly command: Command
  readonly given: number
  readonly option: Option | undefined
}

/** What may stand for the last of these words, which may be empty; nothing where files may stand. */
export async function candidates(
  program: Command,
  words: readonly string[],
  lookUp: LookUp,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? ''
  const { command, given, option } = placeIn(program, words.slice(0, -1))
  const found = option
    ? await valuesOf(option, lookUp)
    : current.startsWith('-')
      ? command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? [])
      : [...subcommands(command, given), ...(await argumentsOf(command, given, lookUp))]
  return [...new Set(found)].filter(each => each.startsWith(current))
}

function placeIn(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: 0, option: undefined }
  for (const word of words) place = follow(place, word)
  return place
}

function follow({ command, given, option }: Place, word: string): Place {
  if (option) return { command, given, option: undefined }
  if (word.startsWith('-')) {
    const named = command.options.find(({ long, short }) => word === long || word === short)
    return { command, given, option: named?.required ? named : undefined }
  }
  const next = given === 0 ? command.commands.find(each => [each.name(), ...each.aliases()].includes(word)) : undefined
  return next ? { command: next, given: 0, option: undefined } : { command, given: given + 1, option: undefined }
}

const subcommands = (command: Command, given: number): readonly string[] =>
  given > 0 ? [] : command.commands.map(each => each.name()).filter(name => !name.startsWith('_'))

const valuesOf = async ({ argChoices, long }: Option, lookUp: LookUp): Promise<readonly string[]> =>
  argChoices ?? (long === '--profile' ? lookUp('profiles') : [])

async function argumentsOf(command: Command, given: number, lookUp: LookUp): Promise<readonly string[]> {
  const { registeredArguments: all } = command
  const argument = all[given] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined)
  if (argument === undefined) return []
  if (argument.argChoices) return argument.argChoices
  const what = meaning(command, argument)
  return what === undefined ? [] : lookUp(what)
}

/** What an argument names: by its own name, or by the kind of thing that its command is about. */
function meaning(command: Command, argument: Argument): string | undefined {
  const names = [argument.name(), command.name()]
  if (names.includes('peer')) return 'peers'
  const about = ['id', 'ids'].includes(argument.name()) ? command.name() : argument.name()
  const own = command.parent?.name() === 'get' || command.parent?.name() === 'describe'
  if (about === 'dataset' && !own) return undefined
  return Object.values(kinds).find(({ name, aliases }) => name === about || aliases.includes(about))?.name
}
