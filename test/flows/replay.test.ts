import t from 'tap'
import { type Config, standardDcp } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { idClaims, plainHttp, signRaw, webHost } from '../support/dids.ts'

t.test('an ID token counts once, whichever replica it is shown to, and after a restart', async t => {
  const [database, host] = await Promise.all([testDatabaseUrl(t), webHost(t)])
  const [us, alice] = [host.persona('us'), host.persona('alice')]
  const base = testConfig({ id: us.did, database })
  // Who Alice is is all that is asked of her.
  const dcp = { ...standardDcp, plainHttp, required: [], scopes: [] }
  const config: Config = { ...base, identity: { ...base.identity, mode: 'dcp', dcp } }
  const replica = async () => {
    const connector = await createConnector(config)
    t.teardown(() => connector.stop())
    await connector.start()
    return connector
  }
  const show = async (to: Awaited<ReturnType<typeof replica>>, token: string): Promise<number> => {
    const { status } = await fetch(`${to.urls().protocol}/dsp/2025-1/catalog/request`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
        '@type': 'CatalogRequestMessage',
      }),
    })
    return status
  }
  const token = () => signRaw(alice, {}, idClaims(alice.did, us.did, new Date(), { token: 'opaque' }))

  const [one, other] = [await replica(), await replica()]
  const copied = await token()
  const answers = await Promise.all([one, other, one, other].map(each => show(each, copied)))
  t.same(answers.sort(), [200, 401, 401, 401])
  t.equal(await show(other, await token()), 200, 'the next token is as good as the first')

  await Promise.all([one.stop(), other.stop()])
  t.equal(await show(await replica(), copied), 401)
})
