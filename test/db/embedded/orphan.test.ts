import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { endOrphan } from '../../../src/db/embedded/orphan.ts'

t.test('a process that only inherited the number of a dead server is left alone', async t => {
  const data = t.testdir({})
  const file = join(data, 'postmaster.pid')
  await writeFile(file, `${process.pid}\n${data}\n`)
  await endOrphan(data, () => t.fail('this process is no orphan'))
  await t.rejects(access(file), { code: 'ENOENT' }, 'PostgreSQL would have refused to start')
})

t.test('without a server there is nothing to do', async t => {
  await endOrphan(t.testdir({}), () => t.fail('there is no orphan'))
  await endOrphan(t.testdir({ 'postmaster.pid': 'nonsense' }), () => t.fail('there is no orphan'))
})
