import t from 'tap'
import type { Connector } from '../../src/connector.ts'
import { league, settle } from '../support/league.ts'

const page = { limit: 10, offset: 0 }

/** What the member would show to the authority now. */
async function shown(member: Connector, authority: string): Promise<readonly string[]> {
  const scope = ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read']
  const answer = await member.credentials?.present(authority, scope, { scope })
  return (answer as { presentation: readonly string[] }).presentation
}

t.test('a member asks its authority for a membership, gets it, and can show it until it is revoked', async t => {
  const { startAuthority, startMember, authority: did } = await league(t)
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const wish = { issuer: did, types: ['MembershipCredential'] }
  const id = await member.credentials?.requests.request(wish)
  await settle(member, authority)

  t.match(await member.credentials?.requests.get(id ?? ''), { state: 'ISSUED', objects: ['membership'] })
  const [held] = (await member.credentials?.wallet.list(page)) ?? []
  t.match(held, { issuer: did, types: ['MembershipCredential'], profile: 'vc20-bssl/jwt' })
  t.equal((await shown(member, did)).length, 1)

  const [issued] = (await authority.issuer?.listCredentials(page)) ?? []
  t.equal(issued?.id, held?.id)
  await authority.issuer?.statuses.change('revoke', issued?.id ?? '', 'has left')
  t.same(await shown(member, did), [])
})

t.test('what a person approves while the member is down arrives when it is back', async t => {
  const { startAuthority, startMember, authority: did } = await league(t, { approval: 'person' })
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const wish = { issuer: did, objects: ['membership'] }
  const id = (await member.credentials?.requests.request(wish)) ?? ''
  await settle(member, authority)
  t.match(await member.credentials?.requests.get(id), { state: 'RECEIVED' })
  await member.stop()

  const [request] = (await authority.issuer?.listRequests(page)) ?? []
  t.match(request, { state: 'WAITING', holderPid: id })
  await authority.issuer?.requests.approve(request?.id ?? '')
  await authority.stop()
  // Were the authority back first, it would remember for a while that it has found nobody.
  const [back, again] = [await startMember(), await startAuthority()]
  while ((await back.credentials?.wallet.list(page))?.length === 0) await settle(again, back)
  t.match(await back.credentials?.requests.get(id), { state: 'ISSUED' })
})

t.test('an offer of a trusted authority waits for the member, who accepts it', async t => {
  const { startAuthority, startMember, member: did } = await league(t)
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  await authority.issuer?.offer({ holder: did, definitions: ['membership'], reason: 'reissue' })
  await settle(authority, member)
  const [offer] = (await member.credentials?.offers.list(page)) ?? []
  t.match(offer, { state: 'WAITING', objects: ['membership'] })
  await member.credentials?.offers.accept(offer?.id ?? '')
  await settle(authority, member)
  t.equal((await member.credentials?.wallet.list(page))?.length, 1)
})

t.test('an authority that does nothing but issue is no connector, and says so in its DID document', async t => {
  const { startAuthority, startMember, authority: did } = await league(t, {}, 'issuer')
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const document = await (await fetch(`${authority.urls().protocol}/.well-known/did.json`)).json()
  t.same(
    (document as { service: readonly { type: string }[] }).service.map(({ type }) => type),
    ['CredentialService', 'IssuerService'],
  )
  t.equal((await fetch(`${authority.urls().protocol}/.well-known/dspace-version`)).status, 404)
  await member.credentials?.requests.request({ issuer: did, objects: ['membership'] })
  await settle(member, authority)
  t.equal((await member.credentials?.wallet.list(page))?.length, 1)
})
