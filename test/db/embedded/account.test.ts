import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { canReach, findAccount } from '../../../src/db/embedded/account.ts'

const passwd = `root:x:0:0:root:/root:/bin/bash
toor:x:0:0:root again:/root:/bin/sh
nobodyelse:x:7:7::/:/bin/false
nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin
`

t.test('an account is found by its whole name, and root is none under any name', async t => {
  t.same(findAccount(passwd, 'nobody'), { uid: 65534, gid: 65533 })
  t.equal(findAccount(passwd, 'toor'), undefined)
  t.equal(findAccount(passwd, 'body'), undefined)
  t.equal(findAccount('nobody:x::', 'nobody'), undefined)
  t.equal(findAccount('', 'nobody'), undefined)
})

t.test('a folder that lets nobody in hides everything below it', async t => {
  const stranger = { uid: 4_000_000, gid: 4_000_000 }
  const folder = join(t.testdirName, 'a/b/c')
  await mkdir(folder, { recursive: true })
  const reachable = await canReach(stranger, folder)
  await chmod(join(t.testdirName, 'a'), 0o700)
  t.equal(await canReach(stranger, folder), false)
  t.equal(await canReach(undefined, folder), true, 'our own account')
  await chmod(join(t.testdirName, 'a'), 0o711)
  t.equal(await canReach(stranger, folder), reachable)
})
