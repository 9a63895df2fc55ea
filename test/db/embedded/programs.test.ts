import { execFile } from 'node:child_process'
import { chmod, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { findPackage, findPrograms, programsOf } from '../../../src/db/embedded/programs.ts'

t.test('the programs for this machine are there and run', async t => {
  const { postgres, major } = await findPrograms(undefined)
  const { stdout } = await promisify(execFile)(postgres, ['--version'])
  t.match(stdout, new RegExp(`PostgreSQL\\) ${major}\\.`))
})

t.test('links that the installation left out are made', async t => {
  const root = t.testdir(program)
  const { postgres, initdb } = await programsOf(root, undefined)
  t.same([postgres, initdb], [join(root, 'native/bin/postgres'), join(root, 'native/bin/initdb')])
  t.equal(await readFile(join(root, 'native/lib/libx.so.1'), 'utf8'), 'a library')
  t.same(await programsOf(root, undefined), { postgres, initdb, major: '0' }, 'and may be there')
})

t.test('programs in a folder that their account cannot enter are copied to where it can', async t => {
  const root = t.testdir(program)
  const copy = join(tmpdir(), `kontor-postgres-0.0.0-test-${process.getuid?.()}`)
  t.teardown(() => rm(copy, { recursive: true, force: true }))
  await chmod(join(root, 'native'), 0o700)
  const stranger = { uid: 4_000_000, gid: 4_000_000 }
  const found = await Promise.all([programsOf(root, stranger), programsOf(root, stranger)])
  t.same(
    found.map(({ postgres }) => postgres),
    [join(copy, 'native/bin/postgres'), join(copy, 'native/bin/postgres')],
  )
  t.equal(await readFile(join(copy, 'native/lib/libx.so.1'), 'utf8'), 'a library')
  await rm(join(copy, 'native/lib'), { recursive: true })
  await programsOf(root, stranger)
  t.equal(
    await readFile(join(copy, 'native/lib/libx.so.1'), 'utf8'),
    'a library',
    'a copy that was tidied away in part',
  )
  await chmod(copy, 0o777)
  await t.rejects(
    programsOf(root, stranger),
    { message: /is not ours: remove it/ },
    'one that anybody may change is not run',
  )
})

t.test('a platform without programs is told to use a server', async t => {
  t.throws(() => findPackage('plan9-mips'), {
    code: 'unavailable',
    message: 'no embedded PostgreSQL for plan9-mips: set database.url',
  })
})

/** A package as npm unpacks it. */
const program = {
  'package.json': JSON.stringify({ version: '0.0.0-test' }),
  native: {
    'pg-symlinks.json': JSON.stringify([{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }]),
    bin: { postgres: '', initdb: '' },
    lib: { 'libx.so.1.2': 'a library' },
  },
}
