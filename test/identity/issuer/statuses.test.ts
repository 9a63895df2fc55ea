import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { profiles } from '../../../src/identity/credentials/profiles.ts'
import { bitAt } from '../../../src/identity/credentials/status-list.ts'
import { readPublicKey, verifyCompact } from '../../../src/keys/index.ts'
import { definition, issuerWorld } from './world.ts'

type World = Awaited<ReturnType<typeof issuerWorld>>

/** Has a credential issued; the answer is its id and the entries that tell where its status is. */
async function issued(world: World, ids?: readonly string[]) {
  await world.ask(ids ? { ids } : {})
  await world.jobs.drained()
  const { payload } = world.delivered.at(-1)?.body.credentials[0] ?? {}
  const { payload: claims } = verifyCompact(payload, readPublicKey(world.us.signer.publicJwk), ['ES256'])
  const { id, credentialStatus } = (claims.vc ?? claims) as { id: string; credentialStatus: object }
  return {
    id,
    entries: [credentialStatus].flat() as {
      statusPurpose: string
      statusListIndex: string
      statusListCredential: string
    }[],
  }
}

/** Fetches a list as a verifier does, and looks whether the bit of an entry is set. */
async function isSet(world: World, entry: { statusListIndex: string; statusListCredential: string } | undefined) {
  const { status, body, type } = await world.call('GET', entry?.statusListCredential ?? '')
  if (status !== 200) throw new Error(`answered ${status}`)
  const { payload } = verifyCompact(body, readPublicKey(world.us.signer.publicJwk), ['ES256'])
  const { credentialSubject, issuer, id } = (payload.vc ?? payload) as {
    issuer: string
    id: string
    credentialSubject: { encodedList: string }
  }
  const bits = gunzipSync(Buffer.from(credentialSubject.encodedList.replace(/^u/, ''), 'base64'))
  return { set: bitAt(bits, Number(entry?.statusListIndex)), issuer, id, type, length: bits.length * 8 }
}

const both = ['revocation', 'suspension'] as const

for (const profile of profiles)
  t.test(
    `a credential of ${profile} is suspended, reinstated, suspended and revoked, and its lists say so`,
    async t => {
      const world = await issuerWorld(t, { definitions: [definition({ profile, status: both })] })
      const { issuer, us } = world
      const { id, entries } = await issued(world)
      t.same(
        entries.map(({ statusPurpose }) => statusPurpose),
        both,
      )
      const [revocation, suspension] = entries
      const standing = async () => [(await isSet(world, revocation)).set, (await isSet(world, suspension)).set]
      t.match(await isSet(world, revocation), { issuer: us.did, id: revocation?.statusListCredential, length: 131_072 })
      t.match(
        (await isSet(world, revocation)).type,
        profile === 'vc20-bssl/jwt' ? 'application/vc+jwt' : 'application/jwt',
      )
      t.same(await standing(), [false, false])

      await issuer.statuses.change('suspend', id, 'under inquiry')
      t.same(await standing(), [false, true])
      t.match(await issuer.findCredential(id), { state: 'SUSPENDED', reason: 'under inquiry' })
      await issuer.statuses.change('reinstate', id, 'cleared')
      t.same(await standing(), [false, false])
      t.match(await issuer.findCredential(id), { state: 'ACTIVE', reason: null })
      await issuer.statuses.change('suspend', id, 'again')
      await issuer.statuses.change('revoke', id, 'left the league')
      t.same(await standing(), [true, true])
      t.match(await issuer.findCredential(id), { state: 'REVOKED', reason: 'left the league' })

      await t.rejects(issuer.statuses.change('reinstate', id, 'no'), { code: 'conflict', message: /REVOKED/ })
      await t.rejects(issuer.statuses.change('suspend', id, 'no'), { code: 'conflict' })
      t.resolves(issuer.statuses.change('revoke', id, 'twice is once'))
    },
  )

t.test('what its status has no list for cannot be done', async t => {
  const world = await issuerWorld(t, { definitions: [definition({ status: ['revocation'] })] })
  const { id, entries } = await issued(world)
  t.equal(entries.length, 1)
  await t.rejects(world.issuer.statuses.change('suspend', id, 'x'), { code: 'conflict', message: /lacks suspension/ })
  await t.rejects(world.issuer.statuses.change('revoke', 'none', 'x'), { code: 'not-found' })
})

t.test('credentials have bits of their own, and a change of one is none of another', async t => {
  const world = await issuerWorld(t)
  const [one, two] = [await issued(world), await issued(world)]
  t.not(one.entries[0]?.statusListIndex, two.entries[0]?.statusListIndex)
  await world.issuer.statuses.change('revoke', one.id, 'x')
  t.ok((await isSet(world, one.entries[0])).set)
  t.notOk((await isSet(world, two.entries[0])).set)
})

t.test('a list that is half full is followed by another', async t => {
  const world = await issuerWorld(t)
  const one = await issued(world)
  await world.db.query('update status_list set used = 65536')
  const two = await issued(world)
  t.not(one.entries[0]?.statusListCredential, two.entries[0]?.statusListCredential)
  await world.issuer.statuses.change('revoke', two.id, 'x')
  t.notOk((await isSet(world, one.entries[0])).set)
  t.ok((await isSet(world, two.entries[0])).set)
})

t.test('a revocation at one replica is published by the other at once', async t => {
  const world = await issuerWorld(t)
  const other = await world.start()
  const { id, entries } = await issued(world)
  const [entry = { statusListIndex: '', statusListCredential: '' }] = entries
  const there = {
    ...entry,
    statusListCredential: entry.statusListCredential.replace(/http:\/\/[^/]+\/issuer/, other.base),
  }
  t.notOk((await isSet(world, there)).set)
  await world.issuer.statuses.change('revoke', id, 'x')
  t.ok((await isSet(world, there)).set)
})

t.test('a list is signed once for many who ask, and anew before it ends', async t => {
  const world = await issuerWorld(t)
  const { entries } = await issued(world)
  const url = entries[0]?.statusListCredential ?? ''
  const first = await world.call('GET', url)
  t.match(first.headers.get('cache-control'), /^public, max-age=(29|30)$/)
  t.equal((await world.call('GET', url)).body, first.body)
  world.clock.ahead = 31_000
  t.not((await world.call('GET', url)).body, first.body)
})

t.test('a list that is none is not found', async t => {
  const { call } = await issuerWorld(t)
  t.match(await call('GET', '/status/none'), { status: 404, body: { code: 'not-found' } })
})
