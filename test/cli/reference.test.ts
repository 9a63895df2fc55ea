import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import t from 'tap'
import { createProgram } from '../../src/cli/program.ts'
import { cliReference } from '../../src/cli/reference.ts'

const page = new URL('../../docs/reference/cli.md', import.meta.url)

t.test('the manual says what the program does; `npm run docs` writes it anew', async t => {
  t.equal(await readFile(page, 'utf8'), await cliReference())
})

t.test('every command, argument and option is described, in a phrase that can follow its name', async t => {
  const check = (command: Command): void => {
    const described = [
      command.description(),
      ...command.options.map(each => each.description),
      ...command.registeredArguments.map(each => each.description),
    ]
    for (const text of command.name().startsWith('_') ? [] : described)
      t.match(text, /^\S.*[^.\s]$/, `${command.name()}: ${text}`)
    command.commands.forEach(check)
  }
  const program = await createProgram()
  program.commands.forEach(check)
})
