import t from 'tap'
import { renewalAt } from '../../../src/identity/credential-service/renewal.ts'
import { holderWorld, settle, type World } from './world.ts'

const day = 86_400_000
const at = (days: number) => new Date(days * day)

t.test('a credential is renewed some time before its end, but not in the first half of its life', async t => {
  t.same(renewalAt({ from: at(0), until: at(90) }, 7 * day), at(83))
  t.same(renewalAt({ from: at(0), until: at(10) }, 7 * day), at(5))
})

/** A membership that was asked for, and lasts so many days. */
async function issued(world: World, days: number): Promise<string> {
  const id = await world.service.requests.request({ issuer: world.issuer.did, objects: ['membership'] })
  await settle(world, world.now)
  const validUntil = new Date(world.now().getTime() + days * day)
  await world.bring([await world.credential({ validUntil })], { holderPid: id })
  return id
}

t.test('what was asked for is asked for again before it ends, and again when that comes to its end', async t => {
  const world = await holderWorld(t)
  const first = await issued(world, 90)
  world.clock.ahead = 82 * day
  await settle(world, world.now)
  t.equal(world.asked.length, 1, 'not before its time')
  world.clock.ahead = 84 * day
  await settle(world, world.now)
  t.equal(world.asked.length, 2)
  const [renewal] = await world.service.requests.list({ limit: 1, offset: 0 })
  t.match(renewal, { renews: first, objects: ['membership'], state: 'RECEIVED' })

  const validUntil = new Date(world.now().getTime() + 90 * day)
  t.equal((await world.bring([await world.credential({ validUntil })], { holderPid: renewal?.id ?? '' })).status, 200)
  world.clock.ahead = 89 * day
  await settle(world, world.now)
  t.equal(world.asked.length, 2, 'it is renewed')
  world.clock.ahead = (84 + 84) * day
  await settle(world, world.now)
  t.equal(world.asked.length, 3)
})

t.test('a renewal that fails is begun anew; one that the issuer refuses is not', async t => {
  const world = await holderWorld(t)
  await issued(world, 90)
  world.clock.ahead = 84 * day
  await settle(world, world.now)
  const [renewal] = await world.service.requests.list({ limit: 1, offset: 0 })
  await world.db.query(`update credential_request set state = 'FAILED' where id = $1`, [renewal?.id ?? ''])
  world.answers.push({ status: 403 })
  world.clock.ahead = 84.5 * day
  await settle(world, world.now)
  t.equal(world.asked.length, 3)
  t.match(await world.service.requests.list({ limit: 1, offset: 0 }), [{ state: 'REJECTED' }])
  world.clock.ahead = 85 * day
  await settle(world, world.now)
  t.equal(world.asked.length, 3)
})

t.test('a renewal is not forgotten when the one who was to make it is gone', async t => {
  const world = await holderWorld(t)
  await issued(world, 90)
  await world.jobs.stop()
  await world.kill()
  world.clock.ahead = 84 * day
  const heir = await world.start()
  await settle({ db: world.db, jobs: heir.jobs }, world.now)
  t.equal(world.asked.length, 2)
})
