import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ask, begin, createWorld, tokenOf } from './world.ts'

const data = randomBytes(1_000_000)

/** A world with a directory of files, and one beside it that nobody may see. */
async function worldWithFiles(t: Test) {
  const root = t.testdir({
    files: { 'a.csv': '', 'note.json': '{}', sub: { 'b.bin': 'bee' } },
    secret: { 'key.pem': 'key' },
  })
  const files = join(root, 'files')
  await writeFile(join(files, 'a.csv'), data)
  const world = await createWorld(t, { files })
  return { world, files, root, open: async (path: string) => tokenOf(await world.open({ type: 'File', path }, path)) }
}

t.test('a file is served with its type, whole or from anywhere', async t => {
  const { world, open } = await worldWithFiles(t)
  const token = await open('a.csv')
  const whole = await ask(world.url, { token })
  t.match(whole, {
    status: 200,
    headers: { 'content-type': 'text/csv; charset=utf-8', 'accept-ranges': 'bytes', 'content-length': '1000000' },
  })
  t.ok(whole.body.equals(data))

  const part = await ask(world.url, { token, headers: { range: 'bytes=999000-', 'if-range': whole.headers.etag } })
  t.match(part, { status: 206, headers: { 'content-range': 'bytes 999000-999999/1000000', etag: whole.headers.etag } })
  t.ok(part.body.equals(data.subarray(999_000)))

  t.match(await ask(world.url, { token, headers: { range: 'bytes=1000000-' } }), {
    status: 416,
    headers: { 'content-range': 'bytes */1000000' },
  })
  t.equal((await ask(world.url, { token, headers: { 'if-none-match': whole.headers.etag } })).status, 304)
  const head = await ask(world.url, { token, method: 'HEAD' })
  t.match(head, { status: 200, headers: { 'content-length': '1000000', etag: whole.headers.etag } })
  t.equal(head.body.length, 0)

  t.equal((await ask(world.url, { token: await open('note.json') })).headers['content-type'], 'application/json')
  t.equal(String((await ask(world.url, { token: await open('sub/b.bin') })).body), 'bee')
})

t.test('a range of a file that has changed is answered with the new whole', async t => {
  const { world, files, open } = await worldWithFiles(t)
  const token = await open('a.csv')
  const { headers } = await ask(world.url, { token, method: 'HEAD' })
  await writeFile(join(files, 'a.csv'), 'other data')
  const reply = await ask(world.url, { token, headers: { range: 'bytes=5-', 'if-range': headers.etag } })
  t.match([reply.status, String(reply.body)], [200, 'other data'])
})

t.test('touching a file is a change too', async t => {
  const { world, files, open } = await worldWithFiles(t)
  const token = await open('a.csv')
  const before = await ask(world.url, { token, method: 'HEAD' })
  await utimes(join(files, 'a.csv'), 1, 1)
  const after = await ask(world.url, { token, method: 'HEAD' })
  t.not(after.headers.etag, before.headers.etag)
})

t.test('links lead about in the directory, and never out of it', async t => {
  const { world, files, root, open } = await worldWithFiles(t)
  await symlink(join(files, 'a.csv'), join(files, 'inside.csv'))
  await symlink(join(root, 'secret/key.pem'), join(files, 'outside.pem'))
  await symlink('../secret', join(files, 'folder'))
  await symlink(files, join(root, 'files-2'))
  t.equal((await ask(world.url, { token: await open('inside.csv') })).status, 200)
  for (const path of ['outside.pem', 'folder/key.pem', 'folder']) {
    const reply = await ask(world.url, { token: await open(path) })
    t.equal(reply.status, 502, path)
    t.notMatch(String(reply.body), /secret|key/, path)
  }
})

t.test('a directory beside it whose name begins the same is outside', async t => {
  const { world, files, root, open } = await worldWithFiles(t)
  await mkdir(join(root, 'files-secret'))
  await writeFile(join(root, 'files-secret/a'), 'secret')
  await symlink('../files-secret/a', join(files, 'a'))
  t.equal((await ask(world.url, { token: await open('a') })).status, 502)
})

t.test('only regular files are data', async t => {
  const { world, files, open } = await worldWithFiles(t)
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(files, 'pipe')])
  for (const path of ['missing.csv', 'sub', '.', 'pipe', 'a.csv/b']) {
    t.equal((await ask(world.url, { token: await open(path) })).status, 502, path)
  }
})

t.test('a file takes neither paths nor bodies nor other methods', async t => {
  const { world, open } = await worldWithFiles(t)
  const token = await open('a.csv')
  t.equal((await ask(world.url, { token, path: '/public/sub/b.bin' })).status, 404)
  t.match(await ask(world.url, { token, method: 'DELETE' }), { status: 405, headers: { allow: 'GET, HEAD' } })
  t.equal((await ask(world.url, { token, body: 'x' })).status, 400)
})

t.test('a file that shrinks while it is read breaks the connection', async t => {
  const { world, files, open } = await worldWithFiles(t)
  const path = join(files, 'large.bin')
  await writeFile(path, Buffer.alloc(50_000_000))
  const token = await open('large.bin')
  const answer = await begin(world.url, { token })
  await truncate(path, 1_000)
  await t.rejects(answer.toArray(), { code: 'ECONNRESET' })
})
