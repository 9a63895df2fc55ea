import { createHash, randomBytes } from 'node:crypto'
import { access, readFile, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { download } from '../../src/cli/fetch/download.ts'
import { readEdr } from '../../src/cli/fetch/edr.ts'
import { createSource, createWorld } from '../dataplane/world.ts'

const data = randomBytes(1_000_000)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const pauses = [1, 1, 1]

/** A server that answers ranges of `data`, and breaks off after so many bytes of each answer as long as there are numbers left. */
async function createServer(
  t: Test,
  breaks: readonly number[] = [],
  version: () => { data: Buffer; etag: string } = () => ({ data, etag: '"1"' }),
) {
  const left = [...breaks]
  const requests: IncomingMessage['headers'][] = []
  const url = await createSource(t, (request, response) => {
    requests.push(request.headers)
    const { data, etag } = version()
    const [, from = ''] =
      request.headers['if-range'] === etag ? (request.headers.range?.match(/^bytes=(\d+)-$/) ?? []) : []
    answer(response, data, etag, from === '' ? undefined : Number(from), left.shift())
  })
  return { edr: { url, authorization: 'Bearer token' }, requests }
}

function answer(
  response: ServerResponse,
  data: Buffer,
  etag: string,
  from: number | undefined,
  breakAfter: number | undefined,
): void {
  const body = data.subarray(from ?? 0)
  const range = from === undefined ? {} : { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` }
  response.writeHead(from === undefined ? 200 : 206, { etag, 'content-length': body.length, ...range })
  if (breakAfter === undefined) response.end(body)
  else response.write(body.subarray(0, breakAfter), () => response.socket?.end())
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  )

t.test('a file arrives whole, with its digest, and nothing beside it', async t => {
  const { edr, requests } = await createServer(t)
  const file = join(t.testdir(), 'data.csv')
  const seen: [number, number | undefined][] = []
  const result = await download({ edr, file, id: 'a', progress: (received, total) => seen.push([received, total]) })
  t.same(result, { file, bytes: data.length, sha256: sha256(data), resumed: 0 })
  t.ok((await readFile(file)).equals(data))
  t.same(seen.at(-1), [data.length, data.length])
  t.match(requests, [{ authorization: 'Bearer token', 'accept-encoding': 'identity' }])
  t.notOk((await exists(`${file}.part`)) || (await exists(`${file}.part.json`)))
})

/** From where a request asked for the rest. What was on its way when the line broke may be asked for again. */
const startOf = (headers: IncomingMessage['headers'] | undefined): number =>
  Number(headers?.range?.match(/^bytes=(\d+)-$/)?.[1])

t.test('a broken line is taken up where it broke', async t => {
  const { edr, requests } = await createServer(t, [300_000, 300_000, 300_000])
  const file = join(t.testdir(), 'data')
  const result = await download({ edr, file, id: 'a', pauses })
  t.match(result, { sha256: sha256(data), resumed: 3 })
  t.ok((await readFile(file)).equals(data))
  t.equal(requests[0]?.range, undefined)
  for (const index of [1, 2, 3]) {
    const start = startOf(requests[index])
    t.ok(start > (index - 1) * 200_000 && start <= index * 300_000, `continued from ${start}`)
  }
})

t.test('what an earlier run has left is continued, and is in the digest', async t => {
  const { edr, requests } = await createServer(t, [400_000])
  const file = join(t.testdir(), 'data')
  await t.rejects(download({ edr, file, id: 'a', pauses: [] }), { code: 'bad-gateway' })
  t.notOk(await exists(file))
  const { size } = await stat(`${file}.part`)
  t.match(await download({ edr, file, id: 'a' }), { sha256: sha256(data), resumed: 1 })
  t.equal(startOf(requests[1]), size)
})

t.test('a part of something else is not continued', async t => {
  const { edr, requests } = await createServer(t, [400_000])
  const file = join(t.testdir(), 'data')
  await t.rejects(download({ edr, file, id: 'a', pauses: [] }))
  t.match(await download({ edr, file, id: 'b' }), { sha256: sha256(data), resumed: 0 })
  t.equal(requests[1]?.range, undefined)
})

t.test('a part with no note about it is not continued', async t => {
  const { edr } = await createServer(t)
  const file = join(t.testdir(), 'data')
  for (const note of [undefined, '{', 'null', '{"id":"a"}']) {
    await writeFile(`${file}.part`, 'something')
    if (note !== undefined) await writeFile(`${file}.part.json`, note)
    t.match(await download({ edr, file, id: 'a' }), { sha256: sha256(data), resumed: 0 })
  }
})

t.test('a source that has changed meanwhile is fetched anew', async t => {
  const other = randomBytes(500_000)
  let asked = 0
  const { edr } = await createServer(t, [400_000], () =>
    asked++ === 0 ? { data, etag: '"1"' } : { data: other, etag: '"2"' },
  )
  const file = join(t.testdir(), 'data')
  t.match(await download({ edr, file, id: 'a', pauses }), { sha256: sha256(other), bytes: 500_000, resumed: 0 })
  t.ok((await readFile(file)).equals(other))
})

t.test('a server that goes on with something else, or elsewhere, is not believed', async t => {
  const strange = [
    { etag: '"2"', 'content-range': 'bytes 400000-999999/1000000' },
    { etag: '"1"', 'content-range': 'bytes 399999-999999/1000000' },
    { etag: '"1"' },
  ]
  for (const headers of strange) {
    let asked = 0
    const url = await createSource(t, (_, response) => {
      asked++
      if (asked === 2) response.writeHead(206, headers).end('xxx')
      else answer(response, data, '"1"', undefined, asked === 1 ? 400_000 : undefined)
    })
    const edr = { url, authorization: undefined }
    t.match(await download({ edr, file: join(t.testdir(), 'data'), id: 'a', pauses }), {
      sha256: sha256(data),
      resumed: 0,
    })
    t.equal(asked, 3)
  }
})

t.test('data without a tag is fetched from the beginning', async t => {
  let asked = 0
  const url = await createSource(t, (request, response) => {
    t.equal(request.headers.range, undefined)
    response.setHeader('content-length', data.length)
    if (asked++ === 0) response.write(data.subarray(0, 1_000), () => response.socket?.end())
    else response.end(data)
  })
  const edr = { url, authorization: undefined }
  t.match(await download({ edr, file: join(t.testdir(), 'data'), id: 'a', pauses }), {
    sha256: sha256(data),
    resumed: 0,
  })
})

t.test('a part that is complete but for its name is given it', async t => {
  const file = join(t.testdir(), 'data')
  await writeFile(`${file}.part`, data)
  await writeFile(`${file}.part.json`, JSON.stringify({ id: 'a', validator: '"1"' }))
  const url = await createSource(t, (_, response) =>
    response.writeHead(416, { etag: '"1"', 'content-range': `bytes */${data.length}` }).end(),
  )
  const edr = { url, authorization: undefined }
  t.match(await download({ edr, file, id: 'a' }), { sha256: sha256(data) })
})

t.test('an expired token is refreshed, once for each time', async t => {
  let good = 'Bearer 1'
  const url = await createSource(t, (request, response) => {
    if (request.headers.authorization === good) response.end(data)
    else response.writeHead(401).end()
  })
  const edr = { url, authorization: 'Bearer 0' }
  const file = join(t.testdir(), 'data')
  const refresh = async () => ({ ...edr, authorization: 'Bearer 1' })
  t.match(await download({ edr, file, id: 'a', refresh }), { sha256: sha256(data) })
  good = 'Bearer 2'
  await t.rejects(download({ edr, file, id: 'a', refresh }), { code: 'refused', status: 401 })
  await t.rejects(download({ edr, file, id: 'a' }), { code: 'refused', status: 401 })
})

t.test('a refusal is final, and told in the provider’s words', async t => {
  let asked = 0
  const url = await createSource(t, (_, response) => {
    asked++
    response
      .writeHead(403, { 'content-type': 'application/problem+json' })
      .end('{"detail":"The transfer is suspended."}')
  })
  const edr = { url, authorization: undefined }
  await t.rejects(download({ edr, file: join(t.testdir(), 'data'), id: 'a', pauses }), {
    status: 403,
    message: 'The provider answered 403: The transfer is suspended.',
  })
  t.equal(asked, 1)
})

t.test('answers that cannot be right end it, and do not go on for ever', async t => {
  for (const status of [206, 302, 404, 416]) {
    const url = await createSource(t, (_, response) => response.writeHead(status, { location: '/' }).end())
    const edr = { url, authorization: undefined }
    await t.rejects(download({ edr, file: join(t.testdir(), 'data'), id: 'a', pauses }), {
      message: new RegExp(`answered ${status}`),
    })
  }
})

t.test('a provider that is away is asked a few times', async t => {
  let asked = 0
  const url = await createSource(t, (_, response) => response.writeHead([503, 429, 500][asked++] ?? 200).end(data))
  const edr = { url, authorization: undefined }
  const file = join(t.testdir(), 'data')
  t.match(await download({ edr, file, id: 'a', pauses }), { sha256: sha256(data) })
  await t.rejects(download({ edr: { ...edr, url: 'http://127.0.0.1:1/' }, file, id: 'a', pauses }), {
    code: 'bad-gateway',
  })
})

t.test('a line that is dead is given up', async t => {
  let asked = 0
  const url = await createSource(t, (_, response) => {
    if (asked++ === 0) response.writeHead(200, { 'content-length': data.length }).write('x')
    else response.end(data)
  })
  const edr = { url, authorization: undefined }
  t.match(await download({ edr, file: join(t.testdir(), 'data'), id: 'a', pauses, idle: 50 }), { sha256: sha256(data) })
})

t.test('whoever has had enough can stop it', async t => {
  const stop = new AbortController()
  const { edr } = await createServer(t, [1_000])
  const progress = () => stop.abort()
  await t.rejects(download({ edr, file: join(t.testdir(), 'data'), id: 'a', signal: stop.signal, progress }))
})

t.test('from our own data plane, with a token that expires and a line that breaks', async t => {
  const files = t.testdir({ 'data.csv': '' })
  await writeFile(join(files, 'data.csv'), data)
  let time = Date.parse('2026-01-01T00:00:00Z')
  const world = await createWorld(t, { files, now: () => new Date(time), tokenLifetime: 60_000 })
  const openEdr = async () => readEdr(await world.open({ type: 'File', path: 'data.csv' }))

  const file = join(files, 'copy.csv')
  const stop = new AbortController()
  const stopHalfway = (received: number) => received > 500_000 && stop.abort()
  const edr = await openEdr()
  await t.rejects(download({ edr, file, id: 'flow-1', signal: stop.signal, progress: stopHalfway }))
  const { size } = await stat(`${file}.part`)
  t.ok(size > 500_000 && size < data.length)

  time += 60_000
  t.match(await download({ edr, file, id: 'flow-1', refresh: openEdr }), { sha256: sha256(data), resumed: 1 })
  t.equal(world.served.at(-1)?.bytes, data.length - size)
})
