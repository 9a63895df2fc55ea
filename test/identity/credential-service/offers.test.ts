import t from 'tap'
import { message } from '../../../src/identity/credentials/messages.ts'
import { holderWorld, settle, type World } from './world.ts'

const page = { limit: 100, offset: 0 }

const offer = async (world: World, ids: readonly string[] = ['membership'], from = world.issuer, issuer = from.did) =>
  world.post(
    '/offers',
    message('CredentialOfferMessage', { issuer, credentials: ids.map(id => ({ id })) }),
    `Bearer ${await world.token(from)}`,
  )

t.test('an offer waits for a person, who may accept it', async t => {
  const world = await holderWorld(t)
  t.equal((await offer(world, ['b', 'a'])).status, 200)
  await settle(world, world.now)
  t.same(world.asked, [], 'nothing happens by itself')
  const [waiting] = await world.service.offers.list(page)
  t.match(waiting, { state: 'WAITING', issuer: world.issuer.did, credentials: [{ id: 'b' }, { id: 'a' }] })
  const id = await world.service.offers.accept(waiting?.id ?? '')
  await settle(world, world.now)
  t.match(world.asked[0]?.body, { holderPid: id, credentials: [{ id: 'a' }, { id: 'b' }] })
  t.match(await world.service.offers.list(page), [{ state: 'REQUESTED', requestId: id }])
  await t.rejects(world.service.offers.accept(waiting?.id ?? ''), { code: 'conflict' })
})

t.test('an offer may be declined, and then comes to nothing', async t => {
  const world = await holderWorld(t)
  await offer(world)
  const [{ id } = { id: '' }] = await world.service.offers.list(page)
  await world.service.offers.decline(id)
  t.match(await world.service.offers.list({ ...page, state: 'DECLINED' }), [{ id }])
  await t.rejects(world.service.offers.accept(id), { code: 'conflict', message: /DECLINED/ })
  await t.rejects(world.service.offers.decline('none'), { code: 'not-found' })
})

t.test('where the configuration says so, what is offered is asked for at once', async t => {
  const world = await holderWorld(t, { offers: 'request' })
  t.equal((await offer(world)).status, 200)
  await settle(world, world.now)
  t.match(world.asked, [{ body: { credentials: [{ id: 'membership' }] } }])
})

t.test('the same offer again, while it waits, is the same', async t => {
  const world = await holderWorld(t)
  await Promise.all([offer(world), offer(world), offer(world, ['other'])])
  t.equal((await world.service.offers.list(page)).length, 2)
})

t.test('what is offered again and again is asked for once, until the issuer has answered', async t => {
  const world = await holderWorld(t, { offers: 'request' })
  await Promise.all([offer(world), offer(world), offer(world)])
  await settle(world, world.now)
  t.equal(world.asked.length, 1)
  const [{ requestId } = { requestId: '' }] = await world.service.offers.list(page)
  await world.bring([await world.credential()], { holderPid: requestId ?? '' })
  await offer(world)
  await settle(world, world.now)
  t.equal(world.asked.length, 2)
})

t.test('offers of issuers whom nobody trusts, or in the name of others, are refused', async t => {
  const world = await holderWorld(t)
  t.equal((await offer(world, ['x'], world.mallory)).status, 403)
  t.equal((await offer(world, ['x'], world.mallory, world.issuer.did)).status, 401)
  t.same(world.rejected, ['issuer-not-trusted', 'token-issuer'])
  t.same(await world.service.offers.list(page), [])
})
