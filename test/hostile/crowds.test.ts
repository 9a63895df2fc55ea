import type { ServerResponse } from 'node:http'
import t from 'tap'
import { requestCatalogue } from '../conformance/dcp/catalogue.ts'
import { startHolder } from '../conformance/dcp/holder.ts'
import { credentialMessage } from '../conformance/dcp/issuer.ts'
import { call, credential, MEMBERSHIP, said, startWorld } from '../conformance/dcp/world.ts'
import { webHost } from '../support/dids.ts'
import { gate } from '../support/gate.ts'

t.test(
  'a crowd of DIDs at one slow host has few documents fetched at once, and nobody else waits for them',
  async t => {
    // Nobody is given up before the crowd has done its worst.
    const world = await startWorld(t, { network: { timeout: 60_000 } })
    const service = startHolder(t, world)
    const slow = await webHost(t)
    const held: ServerResponse[] = []
    let released = false
    const crowd = Array.from({ length: 16 + 128 + 20 }, (_, index) => slow.persona(`stranger-${index}`))
    for (const [index] of crowd.entries())
      slow.put(`/stranger-${index}/did.json`, (_, response) => {
        if (released) response.writeHead(404).end()
        else held.push(response)
      })

    const refused: string[] = []
    const twenty = gate()
    const asked = crowd.map(async by => {
      const { status } = await call(`${world.protocol}/dsp/2025-1/catalog/request`, {
        authorization: await said({ by, to: world.did, more: { token: 'anything' } }),
        body: {},
      })
      t.equal(status, 401)
      if (refused.push(by.did) === 20) twenty.open()
    })
    await twenty.opened
    t.equal(held.length, 16, 'the host was asked no more often')
    t.equal(refused.length, 20)

    const authorization = await said({ by: world.holder, to: world.did, more: { token: service.grant([MEMBERSHIP]) } })
    t.match(await requestCatalogue(world, authorization), { status: 200 }, 'a member is served meanwhile')
    t.equal(refused.length, 20, 'and all others still wait')

    released = true
    for (const response of held) response.writeHead(404).end()
    await Promise.all(asked)
    t.equal(slow.asked.length, 16 + 128, 'nobody who waited is forgotten')
  },
)

t.test('large deliveries are read of those only whose credentials we would take', async t => {
  const world = await startWorld(t)
  const { issuer, third, did, protocol } = world
  const padding = { padding: 'x'.repeat(60_000) }
  const containers = await Promise.all(
    Array.from({ length: 20 }, async () => ({
      credentialType: MEMBERSHIP,
      format: 'vc11-sl2021/jwt',
      payload: await credential(world, MEMBERSHIP, did, { claims: padding }),
    })),
  )
  const body = await credentialMessage(world, containers)
  t.ok(JSON.stringify(body).length > 1_500_000)
  const deliver = async (by: typeof issuer) =>
    call(`${protocol}/dcp/credentials`, { authorization: await said({ by, to: did }), body })
  t.match(await deliver(third), { status: 413, body: { code: 'too-large' } })
  t.match(await deliver(issuer), { status: 200 })
})
