import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Shown } from '../../src/cli/keys/show.ts'
import { run } from '../../src/cli/program.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { startCommand } from './command.ts'

/** How a command ended, and what it said. */
interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in this process, which spares the start of one, with these variables and no others of ours. */
async function runHere(t: Test, words: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const before = { ...process.env }
  Object.assign(process.env, environment)
  const [out, err] = [t.capture(process.stdout, 'write', () => true), t.capture(process.stderr, 'write', () => true)]
  try {
    const code = await run(words)
    const said = (calls: readonly { args: readonly unknown[] }[]) => calls.map(({ args }) => args[0]).join('')
    return { code, stdout: said(out()), stderr: said(err()) }
  } finally {
    for (const name of Object.keys(environment)) {
      const value = before[name]
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    out.restore()
    err.restore()
  }
}

function prepare(t: Test, more: Record<string, string> = {}) {
  const environment = {
    KONTOR_PARTICIPANT_ID: 'did:web:us.example',
    KONTOR_DIRECTORY: t.testdir(),
    KONTOR_PROTOCOL_PORT: '0',
    KONTOR_MANAGEMENT_PORT: '0',
    KONTOR_DATA_PORT: '0',
    ...more,
  }
  const run = (...words: string[]) => runHere(t, ['keys', ...words], environment)
  return {
    environment,
    run,
    async told<T>(...words: string[]): Promise<T> {
      const { code, stdout, stderr } = await run(...words, '-o', 'json')
      if (code !== 0) throw new Error(stderr)
      return JSON.parse(stdout)
    },
  }
}

t.test('keys are made, listed, rotated and exported, and nothing that is told is secret', async t => {
  const { run, told } = prepare(t, { KONTOR_DATABASE_URL: await testDatabaseUrl(t) })
  t.match((await run('list')).stdout, 'There are no keys yet')
  const first = await told<Shown>('create', 'identity', '--algorithm', 'ES384')
  t.match(first, { purpose: 'identity', algorithm: 'ES384', keeper: 'database', standing: 'active', reference: null })
  const again = await run('create', 'identity')
  t.match([again.code, again.stderr], [1, /There is a key for identity already: use rotate/])

  t.match(await told('rotate', 'identity', '--after', '1h'), [
    { standing: 'pending', algorithm: 'ES256' },
    { standing: 'active', kid: first.kid, algorithm: 'ES384' },
  ])
  const { stdout } = await run('export-public', 'identity')
  const set = JSON.parse(stdout)
  t.match(set, {
    keys: [
      { alg: 'ES256', use: 'sig' },
      { kid: first.kid, alg: 'ES384' },
    ],
  })

  const withdrawn = await told<Shown[]>('rotate', 'identity', '--withdraw')
  t.same(
    withdrawn.map(({ standing }) => standing),
    ['active', 'expired', 'expired'],
  )
  t.equal(JSON.parse((await run('export-public', 'identity')).stdout).keys.length, 1)

  const { stdout: table } = await run('list')
  t.match(
    table,
    /^PURPOSE +KEY +ALGORITHM +KEEPER +STANDING +SIGNS FROM +PUBLIC UNTIL\nidentity +[\w-]{43} +ES256 +database +active/,
  )
  t.notMatch(JSON.stringify(withdrawn) + stdout + table, /"d"|sealed|private/)
})

t.test('what cannot be is refused with a sentence', async t => {
  const { run } = prepare(t, { KONTOR_DATABASE_URL: await testDatabaseUrl(t) })
  // biome-ignore format: a table is read by its columns
  const table: readonly [code: number, says: RegExp, words: string[]][] = [
    [2, /'nothing' is invalid.*identity, credentials, edr/s, ['rotate', 'nothing']],
    [2, /argument 'HS256' is invalid/,                                ['create', 'identity', '--algorithm', 'HS256']],
    [1, /--after must be 0 or a duration/,                            ['rotate', 'identity', '--after', 'soon']],
    [1, /Keys for edr must be ES256, ES384, PS256/,                   ['create', 'edr', '--algorithm', 'EdDSA']],
    [1, /Keys for edr are kept in the database/,                      ['create', 'edr', '--keeper', 'vault']],
    [1, /There is no keeper kms: set kms\.url/,                       ['create', 'identity', '--keeper', 'kms']],
    [1, /The keeper database has no keys but those it makes/,         ['create', 'identity', '--existing', 'x']],
    [1, /ENOENT/,                                                     ['rewrap', '--former-passphrase-file', '/nowhere']],
  ]
  for (const [code, says, words] of table) {
    const ended = await run(...words)
    t.equal(ended.code, code, words.join(' '))
    t.match(ended.stderr, says)
    t.equal(ended.stdout, '')
  }
})

t.test('a passphrase is changed', async t => {
  const url = await testDatabaseUrl(t)
  const before = prepare(t, { KONTOR_DATABASE_URL: url, KONTOR_KEYS_PASSPHRASE: 'the first passphrase' })
  const { kid } = await before.told<Shown>('create', 'edr')
  const file = join(before.environment.KONTOR_DIRECTORY ?? '', 'former')
  await writeFile(file, 'the first passphrase\n')

  const after = prepare(t, { KONTOR_DATABASE_URL: url, KONTOR_KEYS_PASSPHRASE: 'the second passphrase' })
  await writeFile(file, 'the first passphrase\n')
  t.match(await after.run('list'), { code: 1, stderr: /run kontor keys rewrap with the former one/ })
  t.same(await after.told('rewrap', '--former-passphrase-file', file), { rewrapped: 1 })
  t.match(await after.told('list'), [{ kid }])
  t.match(await before.run('list'), { code: 1 })
})

t.test('the embedded database is started for it, and joined where a connector runs it already', async t => {
  const { environment, told } = prepare(t)
  const { kid } = await told<Shown>('create', 'edr')
  const { child, said, ended } = await startCommand(t, ['serve'], environment)
  await said('"management":')
  t.match(await told('list'), [{ kid, standing: 'active' }])
  t.match(await told('rotate', 'edr'), [{ standing: 'active' }, { kid, standing: 'retired' }])
  child.kill('SIGTERM')
  t.equal((await ended).code, 0, 'which goes on, and ends well')
})
