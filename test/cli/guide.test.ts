import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { readProfiles } from '../../src/cli/api/profiles.ts'
import { type Example, examplesOf } from '../../src/cli/help.ts'
import { createProgram } from '../../src/cli/program.ts'
import { openShop } from '../support/deals.ts'
import { startLab, type TestLab } from '../support/lab.ts'

const page = new URL('../../docs/guide/cli.md', import.meta.url)
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')

/** The blocks of the guide in a language. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)

/** A shell in a folder with profiles like the guide's, in which `kontor` is the program from its source. */
async function shellFor(t: { testdir: (files: Record<string, string>) => string }, { consumer, provider }: TestLab) {
  const profiles = {
    use: 'home',
    profiles: { home: { url: consumer.urls.management, key: consumer.key } },
    peers: { nordwerk: { id: provider.id, address: provider.urls.protocol } },
  }
  const folder = t.testdir({
    'profiles.yaml': stringify(profiles),
    kontor: `#!/bin/sh\nexec ${process.execPath} --import=${tsx} ${main} "$@"\n`,
  })
  await chmod(join(folder, 'kontor'), 0o755)
  await chmod(join(folder, 'profiles.yaml'), 0o600)
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, KONTOR_PROFILES: join(folder, 'profiles.yaml') }
  return {
    folder,
    run: (script: string) => promisify(execFile)('bash', ['-euc', script], { cwd: folder, env }),
  }
}

t.test('the guide’s commands do what it says, one after the other', { timeout: 110_000 }, async t => {
  const text = await readFile(page, 'utf8')
  const lab = await startLab(t)
  await openShop(lab)
  const { folder, run } = await shellFor(t, lab)
  const [, catalogue = ''] = blocks(text, 'yaml')
  await writeFile(join(folder, 'catalogue.yaml'), catalogue)
  const { stdout } = await run(blocks(text, 'sh').join(''))
  t.match(stdout, /iowa-generation/)
  const source = new URL('../../examples/datasets/iowa-generation.csv', import.meta.url)
  t.ok((await readFile(join(folder, 'generation.csv'))).equals(await readFile(source)))
})

t.test('the guide’s profiles are profiles', async t => {
  const [profiles = ''] = blocks(await readFile(page, 'utf8'), 'yaml')
  const file = join(t.testdir(), 'profiles.yaml')
  await writeFile(file, profiles)
  const read = readProfiles({ KONTOR_PROFILES: file })
  t.match(read.profiles.get('home'), { url: parse(profiles).profiles.home.url })
  t.same([...read.peers.keys()], ['nordwerk'])
})

t.test('the examples in the help texts are commands that there are', async t => {
  const all = (command: Command): readonly Example[] => [...examplesOf(command), ...command.commands.flatMap(all)]
  const examples = all(createProgram())
  t.ok(examples.length > 10)
  for (const [line] of examples) {
    const program = createProgram()
    // Whatever would be done is not: only the words are read.
    const still = (command: Command): void => {
      command.action(() => {}).exitOverride()
      command.configureOutput({ writeErr: () => {} }).commands.forEach(still)
    }
    program.commands.forEach(still)
    const [, ...words] = line.split(' ')
    await t.resolves(program.parseAsync(words, { from: 'user' }), line)
  }
})
