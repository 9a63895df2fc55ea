import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import t, { type Test } from 'tap'
import { parse, stringify } from 'yaml'
import { readProfiles } from '../../src/cli/api/profiles.ts'
import { type Example, examplesOf } from '../../src/cli/help.ts'
import { createProgram } from '../../src/cli/program.ts'
import { openShop } from '../support/deals.ts'
import { startLab, type TestLab } from '../support/lab.ts'
import { kontor } from './in-process.ts'

const page = new URL('../../docs/guide/cli.md', import.meta.url)

/** The blocks of the guide in a language. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)

/** What stands for `kontor` in the shell: hands the words to this process, where the program is loaded already. */
const shim = (port: number): string => `#!${process.execPath}
fetch('http://127.0.0.1:${port}', { method: 'POST', body: JSON.stringify(process.argv.slice(2)) })
  .then(answer => answer.json())
  .then(({ code, stdout, stderr }) => {
    process.stderr.write(stderr)
    process.stdout.write(stdout)
    process.exitCode = code
  })
`

/** A shell in a folder with profiles like the guide's, in which `kontor` is the program of this process. */
async function shellFor(t: Test, { consumer, provider }: TestLab) {
  const profiles = {
    use: 'home',
    profiles: { home: { url: consumer.urls.management, key: consumer.key } },
    peers: { nordwerk: { id: provider.id, address: provider.urls.protocol } },
  }
  const folder = t.testdir({ 'profiles.yaml': stringify(profiles) })
  await chmod(join(folder, 'profiles.yaml'), 0o600)
  const env = { HOME: folder, KONTOR_PROFILES: join(folder, 'profiles.yaml') }
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await kontor(t, (await json(request)) as string[], env)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  await writeFile(join(folder, 'kontor'), shim(port), { mode: 0o755 })
  const before = process.cwd()
  process.chdir(folder)
  t.teardown(() => {
    process.chdir(before)
    server.close()
  })
  const inShell = { cwd: folder, env: { ...env, PATH: `${folder}:${process.env.PATH}` } }
  return { folder, run: (script: string) => promisify(execFile)('bash', ['--norc', '-ec', script], inShell) }
}

t.test('the guide’s commands do what it says, one after the other', async t => {
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
  const examples = all(await createProgram())
  t.ok(examples.length > 10)
  for (const [line] of examples) {
    const program = await createProgram()
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
