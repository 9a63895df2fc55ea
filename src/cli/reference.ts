import type { Command } from 'commander'
import { exitMeanings } from './failure.ts'
import { examplesOf } from './help.ts'
import { createProgram } from './program.ts'

const before = `# Command line

<!-- Generated from src/cli by \`npm run docs\`; changes belong there. -->

How to work with it is told in [the guide](../guide/cli.md).

`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The manual's page about all commands, in Markdown: what \`docs/reference/cli.md\` must hold. */
export async function cliReference(): Promise<string> {
  const program = await createProgram()
  return `${before}${program.commands.flatMap(command => pages(command, 'kontor')).join('\n')}\n${exitTable()}`
}

/** A command, and those below it; hidden ones are nobody's business. */
function pages(command: Command, above: string): readonly string[] {
  if (command.name().startsWith('_')) return []
  const line = `${above} ${command.name()}`
  return [page(command, line), ...command.commands.flatMap(below => pages(below, line))]
}

function page(command: Command, line: string): string {
  const level = '#'.repeat(Math.min(4, line.split(' ').length))
  const aliases = command.aliases()
  return [
    `${level} ${line}`,
    '',
    `${sentence(command.description())}${aliases.length > 0 ? ` Also: ${aliases.map(each => `\`${each}\``).join(', ')}.` : ''}`,
    '',
    ...usage(command, line),
    ...rows(command),
    ...examples(command),
  ].join('\n')
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const usage = (command: Command, line: string): readonly string[] => ['```', `${line} ${command.usage()}`, '```', '']

function rows(command: Command): readonly string[] {
  const given = [
    ...command.registeredArguments.map(
      each => [each.required ? `<${each.name()}>` : `[${each.name()}]`, each.description, each.argChoices] as const,
    ),
    ...command.options
      .filter(({ hidden }) => !hidden)
      .map(each => [each.flags, withDefault(each), each.argChoices] as const),
  ]
  if (given.length === 0) return []
  const lines = given.map(([name, about, choices]) => {
    const among = choices ? ` One of ${choices.map(each => `\`${each}\``).join(', ')}.` : ''
    return `| \`${cell(name)}\` | ${cell(sentence(about))}${among} |`
  })
  return ['| | |', '| --- | --- |', ...lines, '']
}

/** Only what says something: an empty list and false are what one expects. */
const withDefault = ({ description, defaultValue, negate }: Command['options'][number]): string =>
  defaultValue === undefined ||
  typeof defaultValue === 'boolean' ||
  negate ||
  (Array.isArray(defaultValue) && defaultValue.length === 0)
    ? description
    : `${description} (default: ${String(defaultValue)})`

function examples(command: Command): readonly string[] {
  const all = examplesOf(command)
  if (all.length === 0) return []
  return ['```sh', ...all.flatMap(([line, what]) => [`# ${what}`, line]), '```', '']
}

function exitTable(): string {
  const lines = exitMeanings.map(([code, meaning]) => `| ${code} | ${meaning} |`)
  return ['## Exit codes', '', '| Code | Meaning |', '| --- | --- |', ...lines, ''].join('\n')
}
