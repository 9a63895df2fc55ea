import t from 'tap'
import { verifyCredential } from '../../../src/identity/verifier/credential.ts'
import { createRecheck } from '../../../src/identity/verifier/recheck.ts'
import { createTrust } from '../../../src/identity/verifier/trust.ts'
import { membership20, putStatusList, world } from './world.ts'

t.test('of what was attested earlier only what still holds stays, and it is said when to look again', async t => {
  const w = await world(t)
  const rejected: { reason: string }[] = []
  const recheck = createRecheck({ ...w, onRejected: each => rejected.push(each) })
  const revocation = await putStatusList(w, 'revocation')
  const { credential: member } = await verifyCredential(
    await membership20(w, { vc: { credentialStatus: revocation } }),
    w.alice.did,
    w.judges,
  )
  const validUntil = new Date(w.now().getTime() + 15_000).toISOString()
  const { credential: short } = await verifyCredential(
    await membership20(w, { vc: { type: ['VerifiableCredential', 'PartnerCredential'], validUntil } }),
    w.alice.did,
    w.judges,
  )
  // As they are stored.
  const claims = JSON.parse(JSON.stringify({ groups: ['kept'], credentials: [member, short] }))

  const first = await recheck(w.alice.did, claims)
  t.same(first.claims, claims)
  t.same(first.nextCheckAt, new Date(w.now().getTime() + 10_000), 'when the status list is over')

  w.pass(46_000)
  const second = await recheck(w.alice.did, claims)
  t.same(second.claims, { groups: ['kept'], credentials: [member] })

  await putStatusList(w, 'revocation', { set: [5] })
  w.pass(10_001)
  t.same((await recheck(w.alice.did, claims)).claims, { groups: ['kept'], credentials: [] })
  t.same(
    rejected.map(({ reason }) => reason).sort(),
    ['credential-expired', 'credential-revoked', 'credential-expired'].sort(),
  )
})

t.test('a status is looked at again as soon as its list is over, though not all the time', async t => {
  for (const [statusTime, next] of [
    [2_000, 2_000],
    [1, 1_000],
  ] as const) {
    const w = await world(t, { statusTime })
    const credentialStatus = await putStatusList(w, 'revocation')
    const { credential } = await verifyCredential(
      await membership20(w, { vc: { credentialStatus } }),
      w.alice.did,
      w.judges,
    )
    const { nextCheckAt } = await createRecheck({ ...w, onRejected: () => {} })(w.alice.did, {
      credentials: [credential],
    })
    t.same(nextCheckAt, new Date(w.now().getTime() + next))
  }
})

t.test('what an issuer said no longer counts when it is no longer trusted', async t => {
  const w = await world(t)
  const { credential } = await verifyCredential(await membership20(w), w.alice.did, w.judges)
  const recheck = createRecheck({ ...w, trust: createTrust([]), onRejected: () => {} })
  t.same((await recheck(w.alice.did, { credentials: [credential] })).claims, { credentials: [] })
})

t.test('who has no credentials is done quickly', async t => {
  const w = await world(t)
  t.same(await createRecheck({ ...w, onRejected: () => {} })(w.alice.did, {}), { claims: { credentials: [] } })
})
