import t from 'tap'
import { league, settle } from '../support/league.ts'
import { runCommand } from './command.ts'

t.test('kontor credentials asks, kontor issuer approves and revokes, and both tell how it stands', async t => {
  const { startAuthority, startMember, authority: did } = await league(t, { approval: 'person' })
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const at = (connector: typeof member) => ({
    KONTOR_URL: connector.urls().management,
    KONTOR_KEY: 'a key for the tests',
  })
  const holder = (...words: string[]) => runCommand(t, ['credentials', ...words], at(member))
  const issuer = (...words: string[]) => runCommand(t, ['issuer', ...words], at(authority))

  t.match(await holder('request', did, 'MembershipCredential'), { code: 0, stdout: /REQUESTED +MembershipCredential/ })
  await settle(member, authority)
  const [request] = JSON.parse((await issuer('requests', '-o', 'json')).stdout)
  t.match(await issuer('approve', request.id, '--claim', 'city=Visby'), { code: 0, stdout: /APPROVED/ })
  await settle(authority, member)
  t.match(await holder('list'), { code: 0, stdout: new RegExp(`MembershipCredential +${did}`) })

  const [issued] = JSON.parse((await issuer('credentials', '-o', 'json')).stdout)
  t.match(await issuer('revoke', issued.id, '--reason', 'has left'), { code: 0, stdout: /REVOKED/ })
  t.match(await issuer('reinstate', issued.id), { code: 1, stderr: /cannot be reinstated/ })
  t.match(await issuer('approve', request.id, '--claim', 'city'), { code: 1, stderr: /name=value/ })
})
