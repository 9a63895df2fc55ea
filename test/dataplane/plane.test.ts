import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import type { DataAddress } from '../../src/signaling/index.ts'
import { ask, begin, createSource, createWorld, flowOf, tokenOf, type World } from './world.ts'

/** A source whose answers do not end by themselves. */
async function endlessSource(t: Test) {
  const answers: ServerResponse[] = []
  const baseUrl = await createSource(t, (_, response) => {
    answers.push(response)
    response.write('a beginning')
  })
  return { source: { type: 'HttpData', baseUrl }, answers }
}

const dataSource = async (t: Test) =>
  ({ type: 'HttpData', baseUrl: await createSource(t, (_, response) => response.end('data')) }) as const

const restart = async (world: World, source: Parameters<World['open']>[0]): Promise<DataAddress> => {
  await world.plane.suspend('flow-1', 'pause')
  return world.open(source)
}

/** Resolves when a stream that has begun breaks off. */
async function breaksOff(world: World, token: string): Promise<() => Promise<unknown>> {
  const answer = await begin(world.url, { token })
  await once(answer, 'data')
  const broken = once(answer, 'error').then(([error]) => error)
  answer.on('data', () => {})
  return () => broken
}

const problemOf = async (world: World, token: string) => {
  const { status, body } = await ask(world.url, { token })
  return { status, ...JSON.parse(String(body)) }
}

t.test('the address says everything in the protocol’s words, and again in the EDC’s', async t => {
  const world = await createWorld(t, { tokenLifetime: 90_000 })
  const address = await world.open({ type: 'HttpData', baseUrl: 'http://127.0.0.1:1/' })
  const properties = Object.fromEntries(address.endpointProperties?.map(({ name, value }) => [name, value]) ?? [])
  const token = properties.authorization
  t.match(address, {
    '@type': 'DataAddress',
    endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
    endpoint: `${world.url}/public`,
  })
  t.match(properties, {
    authorization: /^eyJ/,
    authType: 'bearer',
    expiresIn: '90',
    refreshToken: /^[\w-]{43}$/,
    refreshEndpoint: `${world.url}/token`,
    'https://w3id.org/edc/v0.0.1/ns/endpoint': `${world.url}/public`,
    'https://w3id.org/edc/v0.0.1/ns/endpointType': 'https://w3id.org/idsa/v4.1/HTTP',
    'https://w3id.org/edc/v0.0.1/ns/authType': 'bearer',
    'https://w3id.org/edc/v0.0.1/ns/authorization': token,
  })
  t.ok(address.endpointProperties?.every(property => property['@type'] === 'EndpointProperty'))
})

t.test('a start message that is repeated leaves earlier tokens as good as they were', async t => {
  const source = await dataSource(t)
  const world = await createWorld(t)
  const tokens = [
    tokenOf(await world.open(source)),
    tokenOf(await world.open(source)),
    tokenOf(await world.open(source)),
  ]
  t.equal(new Set(tokens).size, 3)
  for (const token of tokens) t.equal((await ask(world.url, { token })).status, 200)
})

t.test('suspension cuts a running stream, and refuses the next request', async t => {
  const { source } = await endlessSource(t)
  const world = await createWorld(t)
  const token = tokenOf(await world.open(source))
  const broken = await breaksOff(world, token)
  await world.plane.suspend('flow-1', 'The consumer asked for a pause.')
  t.match(await broken(), { code: 'ECONNRESET' })
  t.match(await problemOf(world, token), {
    status: 403,
    code: 'suspended',
    detail: 'The transfer is suspended: The consumer asked for a pause.',
  })
  t.match(world.served, [{ broken: /^The transfer is suspended/ }])
})

t.test('a request that waits for the source when the transfer is suspended is answered', async t => {
  let arrived: (() => void) | undefined
  const asked = new Promise<void>(resolve => {
    arrived = resolve
  })
  const baseUrl = await createSource(t, () => arrived?.())
  const world = await createWorld(t)
  const answer = problemOf(world, tokenOf(await world.open({ type: 'HttpData', baseUrl })))
  await asked
  await world.plane.suspend('flow-1', 'pause')
  t.match(await answer, { status: 403, code: 'suspended' })
})

t.test('after a suspension new tokens work, and old ones never again', async t => {
  const source = await dataSource(t)
  const world = await createWorld(t)
  const old = tokenOf(await world.open(source))
  const fresh = tokenOf(await restart(world, source))
  t.equal((await ask(world.url, { token: fresh })).status, 200)
  t.match(await problemOf(world, old), { status: 401, detail: /before the transfer was suspended/ })
})

t.test('a stream from before a suspension does not survive it, however short it was', async t => {
  const { source } = await endlessSource(t)
  const world = await createWorld(t)
  const broken = await breaksOff(world, tokenOf(await world.open(source)))
  await restart(world, source)
  t.match(await broken(), { code: 'ECONNRESET' })
})

t.test('termination ends everything for good', async t => {
  const { source } = await endlessSource(t)
  const world = await createWorld(t)
  const token = tokenOf(await world.open(source))
  const broken = await breaksOff(world, token)
  await world.plane.terminate('flow-1', 'the transfer has ended')
  t.match(await broken(), { code: 'ECONNRESET' })
  t.match(await problemOf(world, token), { status: 403, code: 'terminated', detail: 'The transfer has ended.' })
  await t.rejects(world.open(source), { code: 'wrong-state' })
})

t.test('every call may be repeated, and flows we never heard of are no error', async t => {
  const source = await dataSource(t)
  const world = await createWorld(t)
  await world.plane.suspend('nobody', 'x')
  await world.plane.terminate('nobody', 'x')
  await world.open(source)
  for (let round = 0; round < 2; round++) await world.plane.suspend('flow-1', 'x')
  const token = tokenOf(await world.open(source))
  t.equal((await ask(world.url, { token })).status, 200)
  for (let round = 0; round < 2; round++) await world.plane.terminate('flow-1', 'x')
  t.same(await world.db.query('select state, generation from data_flow'), [{ state: 'terminated', generation: 2 }])
})

t.test('other replicas refuse and cut as well', async t => {
  const { source } = await endlessSource(t)
  const one = await createWorld(t)
  const other = await createWorld(t, { db: one.db })
  await other.start()
  const token = tokenOf(await one.open(source))
  const broken = await breaksOff(other, token)
  await one.plane.suspend('flow-1', 'pause')
  t.match(await broken(), { code: 'ECONNRESET' })
  t.match(await problemOf(other, token), { status: 403, code: 'suspended' })

  const fresh = tokenOf(await one.open(source))
  const going = await begin(other.url, { token: fresh })
  t.equal(going.statusCode, 200, 'and let through again what goes on')
  going.destroy()
})

t.test('a replica that missed the news finds out by itself', async t => {
  const { source } = await endlessSource(t)
  const one = await createWorld(t)
  const deaf = await createWorld(t, { db: { ...one.db, listen: async () => async () => {} }, timing: { tick: 20 } })
  await deaf.start()
  const broken = await breaksOff(deaf, tokenOf(await one.open(source)))
  await one.plane.terminate('flow-1', 'over')
  t.match(await broken(), { code: 'ECONNRESET' })
})

t.test('what the control plane forbids is refused at each access, and cut while it runs', async t => {
  const { source } = await endlessSource(t)
  let may: true | string = true
  const world = await createWorld(t, { mayAccess: async () => may, timing: { tick: 20 } })
  await world.start()
  const token = tokenOf(await world.open(source))
  const broken = await breaksOff(world, token)
  may = 'the agreement has ended'
  t.match(await broken(), { code: 'ECONNRESET' })
  t.match(await problemOf(world, token), { status: 403, code: 'not-permitted', detail: /: the agreement has ended\.$/ })
  may = true
  const going = await begin(world.url, { token })
  t.equal(going.statusCode, 200)
  going.destroy()
})

t.test('a token that has expired is refused, and a stream that began with it goes on', async t => {
  const { source, answers } = await endlessSource(t)
  let time = Date.parse('2026-01-01T00:00:00Z')
  const world = await createWorld(t, { now: () => new Date(time), tokenLifetime: 60_000 })
  const token = tokenOf(await world.open(source))
  const answer = await begin(world.url, { token })
  time += 59_999
  const late = await begin(world.url, { token })
  t.equal(late.statusCode, 200)
  late.destroy()
  time += 1
  const reply = await ask(world.url, { token })
  t.equal(reply.status, 401)
  t.match(
    reply.headers['www-authenticate'],
    /error="invalid_token", error_description="The token has expired: refresh it\."/,
  )
  answers[0]?.end(' and an end')
  t.equal(String(Buffer.concat(await answer.toArray())), 'a beginning and an end')
})

t.test('a flow that cannot be is refused at its start', async t => {
  const world = await createWorld(t, { files: undefined })
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:1/' }
  const push = (endpoint: string) => ({
    format: 'HttpData-PUSH',
    destination: { '@type': 'DataAddress', endpointType: 'HttpData', endpoint } as const,
  })
  // biome-ignore format: a table is read by its columns
  const table = [
    [ flowOf(source, { format: 'AmazonS3-PUSH' }),                      'invalid' ],
    [ flowOf({ type: 'HttpData' }),                                     'invalid' ],
    [ flowOf({ type: 'File', path: 'a.csv' }),                          'invalid' ],
    [ flowOf(source, { format: 'HttpData-PUSH' }),                      'invalid' ],
    [ flowOf(source, push('ftp://x/')),                                 'invalid' ],
    [ flowOf(source, push('http://169.254.169.254/latest/meta-data')),  'address-forbidden' ],
  ] as const
  for (const [flow, code] of table) await t.rejects(world.plane.start(flow), { code, status: 400 })
  t.same(await world.db.query('select id from data_flow'), [])
})

t.test('formats and faults follow the source’s type, and whether there are files', async t => {
  const [without, withFiles] = [await createWorld(t), await createWorld(t, { files: '/data' })]
  const both = ['HttpData-PULL', 'HttpData-PUSH']
  const [web, file, other] = [{ type: 'HttpData', baseUrl: 'http://s/' }, { type: 'File', path: 'a' }, { type: 'S3' }]
  t.same([web, file, other].map(without.plane.formatsOf), [both, [], []])
  t.same([web, file, other].map(withFiles.plane.formatsOf), [both, both, []])
  t.same(withFiles.plane.faultsOf(file), [])
  t.match(without.plane.faultsOf(file), [/set data\.files/])
  t.match(without.plane.faultsOf(other), [/^type is "S3"/])
})
