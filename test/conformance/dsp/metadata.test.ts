import t from 'tap'
import { assertValid } from '../../support/spec.ts'
import { startSubject } from './connector.ts'
import { startPeer } from './peer.ts'

const subject = await startSubject(t)

t.test('MET:01-01 the version list names 2025-1, where it is spoken and how', async t => {
  const peer = await startPeer(t, subject)
  const { status, type, body } = await peer.look(`${subject.baseUrl}/.well-known/dspace-version`)
  t.equal(status, 200)
  t.match(type, /^application\/json/)
  assertValid(t, body)
  const versions = body.protocolVersions as readonly { version: string; path: string; binding: string }[]
  const spoken = versions.find(({ version }) => version === '2025-1')
  t.equal(spoken?.binding, 'HTTPS')
  t.equal(`${subject.baseUrl}${spoken?.path}`, subject.protocolUrl, 'the path leads to the protocol')
})

t.test('the version list is for everybody, since who asks does not know yet how to show who it is', async t => {
  t.equal((await fetch(`${subject.baseUrl}/.well-known/dspace-version`)).status, 200)
})
