import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import type { SourceAddress } from '../../src/signaling/index.ts'
import { dump } from '../support/dump.ts'
import { ask, createSource, createWorld, flowOf, tokenOf } from './world.ts'

/** A source that wants a key, and remembers which it was shown. */
async function lockedSource(t: Test) {
  const shown: unknown[] = []
  const baseUrl = await createSource(t, (request, response) => {
    shown.push(request.headers['x-api-key'])
    response.end('data')
  })
  return { shown, baseUrl, address: { type: 'HttpData', baseUrl, authKey: 'X-Api-Key', secretName: 'key' } }
}

t.test('a source is shown the secret that its address names, as it is at that moment', async t => {
  const source = await lockedSource(t)
  const world = await createWorld(t)
  await world.secrets.create({ id: 'key', value: new Secret('first') })
  const token = tokenOf(await world.open(source.address))
  t.equal((await ask(world.url, { token })).status, 200)
  await world.secrets.replace({ id: 'key', value: new Secret('second\n') })
  t.equal((await ask(world.url, { token })).status, 200)
  t.same(source.shown, ['first', 'second'])
})

t.test('another process of the data plane, on the same database, has the same secrets', async t => {
  const source = await lockedSource(t)
  const one = await createWorld(t)
  const other = await createWorld(t, { db: one.db })
  await one.secrets.create({ id: 'key', value: new Secret('shared') })
  const token = tokenOf(await one.open(source.address))
  t.equal((await ask(other.url, { token })).status, 200)
  t.same(source.shown, ['shared'])
})

t.test('without the secret no flow is started, and the consumer is not told its name', async t => {
  const source = await lockedSource(t)
  const world = await createWorld(t)
  const refusal = await world.open(source.address).catch(error => error)
  t.match(refusal, { code: 'invalid', message: /^The key for the source of the data is missing/ })
})

t.test('a secret that was removed, or cannot be sent, opens nothing any more', async t => {
  const source = await lockedSource(t)
  const world = await createWorld(t)
  await world.secrets.create({ id: 'key', value: new Secret('one\r\nx-evil: 1') })
  const token = tokenOf(await world.open(source.address))
  const unsendable = await ask(world.url, { token })
  t.equal(unsendable.status, 502)
  t.match(String(unsendable.body), /cannot be sent/)
  await world.secrets.remove('key')
  const missing = await ask(world.url, { token })
  t.equal(missing.status, 502)
  t.match(String(missing.body), /The key for the source of the data is missing/)
  t.same(source.shown, [])
})

t.test('a push shows its source the secret, too', async t => {
  const source = await lockedSource(t)
  const sink = await createSource(t, async (request, response) => {
    await buffer(request)
    response.end()
  })
  const world = await createWorld(t, { timing: { tick: 10 } })
  await world.start()
  await world.secrets.create({ id: 'key', value: new Secret('first') })
  const completed = world.next('completed')
  const destination = { '@type': 'DataAddress', endpointType: 'HttpData', endpoint: sink } as const
  await world.plane.start(flowOf(source.address, { format: 'HttpData-PUSH', destination }))
  await completed
  t.same(source.shown, ['first'])
})

t.test('a stranger that names a secret in its address to push to is refused, and opens none', async t => {
  const world = await createWorld(t)
  await world.secrets.create({ id: 'key', value: new Secret('ours') })
  const endpointProperties = [
    { '@type': 'EndpointProperty', name: 'authKey', value: 'x-api-key' },
    { '@type': 'EndpointProperty', name: 'https://w3id.org/edc/v0.0.1/ns/secretName', value: 'key' },
  ] as const
  const destination = {
    '@type': 'DataAddress',
    endpointType: 'HttpData',
    endpoint: 'http://127.0.0.1:9/',
    endpointProperties,
  } as const
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  await t.rejects(world.plane.start(flowOf(source, { format: 'HttpData-PUSH', destination })), {
    code: 'invalid',
    message: /must carry its key as authCode/,
  })
})

t.test(
  'keys in an address are sealed where they are kept, for their dataset and their place, and used as they were',
  async t => {
    const source = await lockedSource(t)
    const world = await createWorld(t)
    const address: SourceAddress = {
      type: 'HttpData',
      baseUrl: source.baseUrl,
      authKey: 'x-api-key',
      authCode: 'swordfish',
      'header:x-other': 'dorsch',
    }
    const sealed = world.plane.seal(address, 'dataset-1')
    t.same(world.plane.faultsOf(sealed), [])
    t.match(sealed, { type: 'HttpData', baseUrl: source.baseUrl, authKey: 'x-api-key' })
    t.same(world.plane.seal(sealed, 'dataset-1'), sealed)

    t.equal((await ask(world.url, { token: tokenOf(await world.open(sealed)) })).status, 200)
    t.same(source.shown, ['swordfish'])
    const kept = await dump(world.db)
    t.notMatch(kept, /swordfish|dorsch/)

    const moved = { ...sealed, 'header:x-other': sealed.authCode }
    await t.rejects(world.open(moved, 'flow-2'), /was changed, or belongs to something else/)
    const elsewhere = flowOf(sealed, { id: 'flow-3', datasetId: 'dataset-2' })
    await t.rejects(world.plane.start(elsewhere), /was changed, or belongs to something else/)
  },
)
