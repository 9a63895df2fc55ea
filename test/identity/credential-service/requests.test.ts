import t from 'tap'
import { message } from '../../../src/identity/credentials/messages.ts'
import { decodeCompact } from '../../../src/keys/index.ts'
import { assertDcpValid } from '../../support/dcp-spec.ts'
import { holderWorld, settle, type World } from './world.ts'

const page = { limit: 100, offset: 0 }

/** Asks the issuer for a membership, and waits until it has heard of it. */
async function requested(world: World, wish: object = { objects: ['membership'] }): Promise<string> {
  const id = await world.service.requests.request({ issuer: world.issuer.did, ...wish })
  await settle(world, world.now)
  return id
}

/** Has the issuer tell how a request stands. */
const stands = (world: World, id: string, status: 'RECEIVED' | 'ISSUED' | 'REJECTED') =>
  world.host.put('/issuer/is/requests/1', message('CredentialStatus', { issuerPid: 'i', holderPid: id, status }))

t.test('a request reaches the issuer, and what it brings is kept as the answer', async t => {
  const world = await holderWorld(t, { trusts: () => [] })
  const id = await requested(world)
  const [asked] = world.asked
  assertDcpValid(t, asked?.body)
  t.match(asked?.body, { type: 'CredentialRequestMessage', holderPid: id, credentials: [{ id: 'membership' }] })
  t.match(decodeCompact(asked?.token ?? '').payload, { iss: world.us.did, aud: world.issuer.did })
  t.match(await world.service.requests.get(id), {
    state: 'RECEIVED',
    statusUrl: `${world.host.url}/issuer/is/requests/1`,
  })

  t.equal((await world.bring([await world.credential()], { holderPid: id })).status, 200)
  t.match(await world.service.requests.get(id), { state: 'ISSUED' })
  t.match(await world.service.wallet.list(page), [{ requestId: id }])
})

t.test('nobody but the issuer can answer a request', async t => {
  const world = await holderWorld(t, { trusts: () => [] })
  const id = await requested(world)
  const forged = await world.credential({ issuer: world.mallory.did }, undefined, world.mallory)
  t.equal((await world.bring([forged], { holderPid: id, from: world.mallory })).status, 403)
  t.same(world.rejected, ['issuer-not-trusted'])
  const refusal = message('CredentialMessage', { issuerPid: 'i', holderPid: id, status: 'REJECTED' })
  const bearer = async (who: typeof world.issuer) => `Bearer ${await world.token(who)}`
  t.equal((await world.post('/credentials', refusal, await bearer(world.mallory))).status, 404)
  t.match(await world.service.requests.get(id), { state: 'RECEIVED' })
  t.equal((await world.post('/credentials', refusal, await bearer(world.issuer))).status, 200)
  t.match(await world.service.requests.get(id), { state: 'REJECTED', reason: 'The issuer gave no reason.' })
})

t.test('an issuer that nobody trusts is believed for one answer, which it may repeat', async t => {
  const world = await holderWorld(t, { trusts: () => [] })
  const id = await requested(world)
  const content = { id: 'urn:uuid:answer' }
  t.equal((await world.bring([await world.credential(content)], { holderPid: id })).status, 200)
  t.equal((await world.bring([await world.credential(content)], { holderPid: id })).status, 200, 'signed anew')
  t.equal((await world.bring([await world.credential()], { holderPid: id })).status, 403, 'another one')
  t.same(world.rejected, ['issuer-not-trusted'])
  t.equal((await world.service.wallet.list(page)).length, 1)
})

t.test('an issuer that is asked for one type cannot bring another', async t => {
  const world = await holderWorld(t, { trusts: () => [] })
  const supported = [{ id: 'm', credentialType: 'MembershipCredential', profile: 'vc20-bssl/jwt' }]
  world.host.put(
    '/issuer/is/metadata',
    message('IssuerMetadata', { issuer: world.issuer.did, credentialsSupported: supported }),
  )
  const holderPid = await requested(world, { types: ['MembershipCredential'] })
  const other = await world.credential({ type: 'KingCredential' })
  t.equal((await world.bring([other], { holderPid, types: ['KingCredential'] })).status, 403)
  t.same(world.rejected, ['issuer-not-trusted'])
  t.equal((await world.bring([await world.credential()], { holderPid })).status, 200)
})

t.test('a type is looked up in what the issuer lists, and the newer data model is preferred', async t => {
  const world = await holderWorld(t)
  const supported = [
    { id: 'old', credentialType: 'MembershipCredential', profile: 'vc11-sl2021/jwt' },
    { id: 'new', credentialType: 'MembershipCredential', profile: 'vc20-bssl/jwt' },
    { id: 'alien', credentialType: 'MembershipCredential', profile: 'vc99/paper' },
  ]
  world.host.put(
    '/issuer/is/metadata',
    message('IssuerMetadata', { issuer: world.issuer.did, credentialsSupported: supported }),
  )
  const id = await requested(world, { types: ['MembershipCredential'] })
  t.match(world.asked[0]?.body, { credentials: [{ id: 'new' }] })
  t.match(await world.service.requests.get(id), { objects: ['new'] })
  const none = await requested(world, { types: ['NobilityCredential'] })
  t.match(await world.service.requests.get(none), { state: 'REJECTED', reason: /issues no NobilityCredential/ })
})

t.test('an issuer that is away is asked until it is there; one that says no is believed', async t => {
  const world = await holderWorld(t)
  world.answers.push({ status: 503 }, { status: 401 }, { status: 500 })
  const id = await requested(world)
  t.equal(world.asked.length, 4)
  t.equal(new Set(world.asked.map(({ body }) => body.holderPid)).size, 1)
  t.match(await world.service.requests.get(id), { state: 'RECEIVED' })

  world.answers.push({ status: 403 })
  const refused = await requested(world)
  t.match(await world.service.requests.get(refused), { state: 'REJECTED', reason: /answered 403/ })
})

t.test('it is given up after its time', async t => {
  const world = await holderWorld(t)
  world.answers.push(...Array(20).fill({ status: 500 }))
  const id = await world.service.requests.request({ issuer: world.issuer.did, objects: ['membership'] })
  while (world.asked.length === 0) await new Promise(setImmediate)
  world.clock.ahead = 61_000
  while ((await world.service.requests.get(id)).state === 'REQUESTED') await world.jobs.drained()
  t.match(await world.service.requests.get(id), { state: 'FAILED', reason: /answered 500/ })
})

t.test('a refusal that got lost is found out by asking how it stands', async t => {
  const world = await holderWorld(t)
  const id = await requested(world)
  stands(world, id, 'RECEIVED')
  world.clock.ahead = 10_000
  await settle(world, world.now)
  t.match(await world.service.requests.get(id), { state: 'RECEIVED' })
  stands(world, id, 'REJECTED')
  world.clock.ahead = 60_000
  await settle(world, world.now)
  t.match(await world.service.requests.get(id), { state: 'REJECTED' })
})

t.test('our token is shown to the issuer only, wherever it sends us', async t => {
  const world = await holderWorld(t)
  world.answers.push({ status: 201, location: 'http://127.0.0.2:1/elsewhere' })
  const id = await requested(world)
  t.match(await world.service.requests.get(id), { state: 'RECEIVED', statusUrl: null })
})

t.test('a request that was under way in a crash is sent by whoever comes, under the same id', async t => {
  const world = await holderWorld(t)
  let reached = 0
  world.host.put('/issuer/is/credentials', () => {
    reached++
  })
  const id = await world.service.requests.request({ issuer: world.issuer.did, objects: ['membership'] })
  while (reached === 0) await new Promise(setImmediate)
  await world.kill()
  world.host.put('/issuer/is/credentials', world.take)
  const heir = await world.start()
  while ((await heir.service.requests.get(id)).state === 'REQUESTED') await heir.jobs.drained()
  t.same(
    world.asked.map(({ body }) => body.holderPid),
    [id],
  )
})

t.test('an empty wish is none, and neither is one that says two things', async t => {
  const { service, issuer } = await holderWorld(t)
  await t.rejects(service.requests.request({ issuer: issuer.did }), { code: 'invalid' })
  const both = { issuer: issuer.did, objects: ['membership'], types: ['MembershipCredential'] }
  await t.rejects(service.requests.request(both), { code: 'invalid' })
  await t.rejects(service.requests.get('none'), { code: 'not-found' })
})
