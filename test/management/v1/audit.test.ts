import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { verifyArchive } from '../../../src/cli/verify.ts'
import { runCommand } from '../../cli/command.ts'
import { KEY, startApi } from '../api.ts'

const edc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
const dataAddress = { type: 'HttpData', baseUrl: 'http://source.example/', 'header:x-key': 'key-of-the-source' }

const asset = (id?: string) => ({ ...edc, ...(id && { '@id': id }), properties: { name: 'wind' }, dataAddress })

t.test('every change is told with who, when, what and how it ended', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'steward' })).body
  const headers = { 'x-api-key': key }
  const { '@id': made } = (await api.call('POST', '/v3/assets', asset(), headers)).body
  await api.call('PUT', '/v3/assets', asset(made), headers)
  await api.call('DELETE', '/v3/assets/nothing', undefined, headers)

  const { items, next } = (await api.call('GET', '/v1/audit')).body
  t.equal(next, null)
  t.match(items, [
    { actor: 'key:ci', method: 'DELETE', route: '/v3/assets/:id', object: 'nothing', status: 404, code: 'not-found' },
    { actor: 'key:ci', method: 'PUT', route: '/v3/assets', object: made, status: 204, code: null },
    { actor: 'key:ci', method: 'POST', route: '/v3/assets', object: made, status: 200, endedAt: String },
    { actor: 'operator', method: 'POST', route: '/v1/api-keys', status: 201, at: '2026-11-23T15:00:00.000Z' },
  ])
})

t.test('what a role does not allow is told as well, and looking is not', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'eyes', role: 'read' })).body
  await api.call('GET', '/v1/negotiations', undefined, { 'x-api-key': key })
  await api.call('POST', '/v3/assets/request', {}, { 'x-api-key': key })
  await api.call('DELETE', '/v3/assets/wind', undefined, { 'x-api-key': key })
  const { items } = (await api.call('GET', '/v1/audit?actor=key:eyes')).body
  t.match(items, [{ route: '/v3/assets/:id', object: 'wind', status: 403, code: 'forbidden' }])
  t.equal(items.length, 1)
})

t.test('it is asked for by actor, object and time, page by page', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c']) {
    await api.call('POST', '/v3/assets', asset(id))
    api.clock.at += 60_000
  }
  const routes = async (query: string) =>
    (await api.call('GET', `/v1/audit?${query}`)).body.items.map(({ object }: { object: string }) => object)
  t.same(await routes('object=b'), ['b'])
  t.same(await routes('actor=nobody'), [])
  t.same(await routes('from=2026-11-23T15:01:00Z&to=2026-11-23T15:02:00Z'), ['b'])
  const first = (await api.call('GET', '/v1/audit?limit=2')).body
  t.same(await routes(`limit=2&after=${first.next}`), ['a'])
  for (const query of ['after=x', 'limit=0', 'from=yesterday', 'nothing=x'])
    t.equal((await api.call('GET', `/v1/audit?${query}`)).status, 400, query)
})

t.test('no secret gets into it', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/assets', asset('wind'))
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'read' })).body
  await api.call('POST', '/v3/secrets', { ...edc, '@id': 'name', value: 'the-secret' })
  await api.call('GET', '/v1/audit')
  const rows = await api.db.query<{ text: string }>('select a::text as text from audit a')
  t.ok(rows.length >= 6)
  for (const { text } of rows) t.notMatch(text, new RegExp(`key-of-the-source|the-secret|${key}|${KEY}`))
})

t.test('an export is checked entry by entry', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c']) await api.call('POST', '/v3/assets', asset(id))
  const { stdout } = await runCommand(t, ['audit', 'export'], {
    KONTOR_URL: `http://127.0.0.1:${api.port}`,
    KONTOR_KEY: KEY,
  })
  const file = join(t.testdir(), 'audit.ndjson')
  const lines = stdout.trim().split('\n')
  const verify = async (changed: readonly string[]) => {
    await writeFile(file, changed.map(line => `${line}\n`).join(''))
    return verifyArchive(file)
  }
  t.match(await verify(lines), /entries 1 to 6 of the audit whole/)
  t.match(await verify(lines.slice(2)), /entries 3 to 6/, 'the beginning may have been filed away')
  const { end } = (await api.call('GET', '/v1/audit/entries')).body
  t.match(await verify(lines), end.hash, 'the end is told, to be compared')
  const forged = lines.map(line => line.replace('"operator"', '"nobody"'))
  await t.rejects(verify(forged), { message: /broken at entry 1/ })
  await t.rejects(verify(lines.toSpliced(2, 1)), { message: /broken at entry 4/ })
  await t.rejects(verify([...lines.slice(0, 2), ...lines.slice(2).toReversed()]), { message: /broken at entry/ })
})
