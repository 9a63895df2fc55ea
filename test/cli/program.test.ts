import t, { type Test } from 'tap'
import { run } from '../../src/cli/program.ts'

/** Runs a command line in this process, and tells what it said. */
async function kontor(t: Test, ...words: string[]) {
  const [out, err] = [t.capture(process.stdout, 'write'), t.capture(process.stderr, 'write')]
  const code = await run(words)
  const [stdout = '', stderr = ''] = [out, err].map(calls =>
    calls()
      .map(({ args }) => String(args[0]))
      .join(''),
  )
  out.restore()
  err.restore()
  return { code, stdout, stderr }
}

t.test('help tells every command', async t => {
  const { code, stdout } = await kontor(t, '--help')
  t.equal(code, 0)
  for (const name of ['serve', 'lab', 'fetch', 'token', 'conformance', 'version'])
    t.match(stdout, new RegExp(`^  ${name}\\b`, 'm'))
})

t.test('wrong usage ends with 2 and one sentence', async t => {
  for (const words of [['frob'], ['serve', '--frob'], ['fetch'], ['lab', '--port-base', 'many'], ['token', 'more']]) {
    const { code, stdout, stderr } = await kontor(t, ...words)
    t.equal(code, 2, words.join(' '))
    t.equal(stdout, '')
    t.match(stderr, /^error: .*\nTry --help\.\n$/)
  }
})

t.test('a failure ends with 1 and one sentence, without a stack', async t => {
  const { code, stderr } = await kontor(t, 'serve', '--config', '/nowhere/kontor.yaml')
  t.equal(code, 1)
  t.match(stderr, /^kontor: The configuration has a mistake: .*\/nowhere\/kontor\.yaml cannot be read.*\n$/)
})

t.test('who debugs gets the stack', async t => {
  t.teardown(() => delete process.env.KONTOR_LOG_LEVEL)
  process.env.KONTOR_LOG_LEVEL = 'debug'
  const { stderr } = await kontor(t, 'serve', '--config', '/nowhere/kontor.yaml')
  t.match(stderr, /\n {4}at /)
})

t.test('the version is that of the package', async t => {
  const { stdout } = await kontor(t, 'version')
  t.match(stdout, /^kontor \d+\.\d+\.\d+ \(Dataspace Protocol 2025-1, Node\.js [\d.]+\)\n$/)
  t.equal((await kontor(t, '--version')).stdout, `${stdout.split(' ')[1]}\n`)
})
