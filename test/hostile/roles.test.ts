import t from 'tap'
import { roles, suffices } from '../../src/access/index.ts'
import { permissions, roleFor } from '../../src/management/permissions.ts'
import type { Endpoint } from '../../src/planes.ts'
import { shapeOf, shotAt } from './doors.ts'
import { fill, startTarget } from './world.ts'

const managed = /^\/management\/(v\d\w*)(\/.*)$/

/** The role that an endpoint of the management API needs. */
function roleOf({ method, path }: Endpoint) {
  const [, version = '', rest = ''] = managed.exec(path) ?? []
  return roleFor(version, method.toLowerCase() as 'get', rest)
}

t.test('a key does nothing on any route that its role does not allow, and all that it does', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const keys = new Map<string, string>()
  for (const role of roles) {
    const { body } = await target.operator('POST', '/v1/api-keys', { name: role, role })
    keys.set(role, (body as { key: string }).key)
    await target.send('management', {
      method: 'GET',
      path: '/management/v1/negotiations',
      headers: { 'x-api-key': keys.get(role) },
    })
  }
  // The first use of a key is noted behind the answer.
  const unused = () => target.db.query('select from api_key where last_used_at is null')
  while ((await unused()).length > 0);
  const endpoints = target.connector.endpoints.filter(({ path }) => managed.test(path))
  t.ok(endpoints.length > 80)
  for (const endpoint of endpoints) {
    const needed = roleOf(endpoint)
    if (needed === undefined) {
      t.fail(`${endpoint.method} ${endpoint.path} needs no role`)
      continue
    }
    const before = await target.digest()
    for (const role of roles.filter(role => !suffices(role, needed))) {
      const headers = { 'x-api-key': keys.get(role) ?? '', 'content-type': 'application/json' }
      const body = ['GET', 'DELETE'].includes(endpoint.method) ? {} : { body: '{"this": is not even parsed' }
      const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, { headers, ...body }))
      t.match(reply, { status: 403, body: shapeOf(endpoint) }, `${endpoint.method} ${endpoint.path} as ${role}`)
    }
    t.equal(await target.digest(), before, `${endpoint.method} ${endpoint.path} has changed nothing`)
    // What is no JSON changes nothing, and shows that the door is open.
    if (endpoint.method === 'DELETE') continue
    const headers = { 'x-api-key': keys.get(needed) ?? '', 'content-type': 'application/json' }
    const more = endpoint.method === 'GET' ? {} : { body: '{"this": is not parsed' }
    const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, { headers, ...more }))
    t.notMatch(reply.status, /^40[13]$/, `${endpoint.method} ${endpoint.path} as ${needed}`)
  }
})

t.test('no role stands in the table for a route that is not there', async t => {
  const target = await startTarget(t)
  const there = new Set(
    target.connector.endpoints.flatMap(({ method, path }) => {
      const [, version, rest] = managed.exec(path) ?? []
      return version ? [`${version === 'v1' ? 'v1' : 'edc'} ${method.toLowerCase()} ${rest}`] : []
    }),
  )
  t.same(
    permissions.map(([api, method, path]) => `${api} ${method} ${path}`).filter(row => !there.has(row)),
    [],
  )
})
