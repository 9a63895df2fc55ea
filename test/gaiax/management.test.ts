import t from 'tap'
import { listPeers, putPeer } from '../../src/gaiax/peers/store.ts'
import { certificateAuthority } from './authority.ts'
import { participant } from './world.ts'

const authority = await certificateAuthority()

t.test('operators see what is published, whether it is labelled, and the labels of others', async t => {
  const { start, url } = await participant(t, authority)
  const connector = await start()
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${connector.urls().management}/management/v1${path}`, {
      method,
      headers: { 'x-api-key': 'a key for the tests' },
    })
    return { status: response.status, body: (await response.json()) as { credentials: Record<string, unknown>[] } }
  }
  const { body } = await ask('/gaia-x')
  t.match(body, { selfDescription: `${url}/gaia-x/self-description`, level: null })
  t.same(
    body.credentials.map(({ type, version, source }) => [type, version, source]),
    [
      ['Issuer', 1, 'own'],
      ['LegalPerson', 1, 'own'],
      ['ServiceOffering', 1, 'own'],
    ],
  )
  t.same((await ask('/gaia-x/refresh', 'POST')).body, body, 'nothing is due')

  const peer = {
    did: 'did:web:peer.example',
    level: null,
    issuer: null,
    rulesVersion: null,
    validUntil: null,
    problem: 'expired: The credential has expired.',
    checkedAt: new Date('2026-06-01T00:00:00Z'),
  }
  await putPeer(connector.db, peer)
  t.strictSame(await listPeers(connector.db, { limit: 10, offset: 0 }), [peer])
  t.match((await ask('/gaia-x/participants')).body, {
    items: [{ ...peer, checkedAt: '2026-06-01T00:00:00.000Z' }],
    offset: 0,
    limit: 50,
  })
})
