import t from 'tap'
import { ask, createSource, createWorld, tokenOf } from './world.ts'

t.test('a consumer gets what the source has, byte for byte', async t => {
  const data = Buffer.from('time,value\n1,2\n')
  const source = await createSource(t, (_, response) => response.setHeader('content-type', 'text/csv').end(data))
  const world = await createWorld(t)
  const address = await world.open({ type: 'HttpData', baseUrl: source })

  const reply = await ask(world.url, { token: tokenOf(address) })
  t.equal(reply.status, 200)
  t.equal(reply.headers['content-type'], 'text/csv')
  t.same(reply.body, data)
})
