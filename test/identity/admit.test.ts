import Router from '@koa/router'
import t, { type Test } from 'tap'
import { createTurnstile } from '../../src/dsp/index.ts'
import { createAdmit } from '../../src/identity/admit.ts'
import { Rejection } from '../../src/identity/rejection.ts'
import { serve } from '../http/support.ts'
import { gate } from '../support/gate.ts'

/** A service that keeps whoever is let in until it may go; one request of each sender is at work, and eight wait. */
async function service(t: Test) {
  const admit = createAdmit(async authorization => {
    if (authorization === undefined) throw new Rejection('token-missing', 'nothing')
    return { issuer: authorization, access: undefined }
  }, createTurnstile(1).enter)
  const inside: { readonly who: string; readonly letGo: () => void }[] = []
  const arrivals: (() => void)[] = []
  const router = new Router()
  router.get('/', async ctx => {
    const { issuer } = await admit(ctx)
    const { opened, open } = gate()
    inside.push({ who: issuer, letGo: open })
    arrivals.shift()?.()
    await opened
    ctx.body = issuer
  })
  const { url } = await serve(t, [], {}, router)
  const ask = (authorization: string, signal?: AbortSignal) =>
    fetch(url, { headers: { authorization }, ...(signal && { signal }) }).then(({ status }) => status)
  return { ask, inside, arrived: () => new Promise<void>(resolve => arrivals.push(resolve)) }
}

t.test('who asks for much at once waits for itself, and too much is refused; others are served', async t => {
  const { ask, inside, arrived } = await service(t)
  const first = arrived()
  const statuses: number[] = []
  const refused = gate()
  const asked = Array.from({ length: 10 }, async () => {
    const status = await ask('did:web:alice')
    statuses.push(status)
    if (status === 429) refused.open()
  })
  await Promise.all([first, refused.opened])
  t.same(statuses, [429])
  t.equal(inside.length, 1)
  const other = arrived()
  const bob = ask('did:web:bob')
  await other
  inside[1]?.letGo()
  t.equal(await bob, 200)

  let next = arrived()
  inside[0]?.letGo()
  for (let index = 2; index < 10; index++) {
    await next
    next = arrived()
    inside[index]?.letGo()
  }
  await Promise.all(asked)
  t.equal(statuses.filter(status => status === 200).length, 9, 'nobody who waited is forgotten')
})

t.test('who goes away makes room', async t => {
  const { ask, inside, arrived } = await service(t)
  const first = arrived()
  const gone = new AbortController()
  const aborted = t.rejects(ask('did:web:alice', gone.signal))
  await first
  const second = arrived()
  const next = ask('did:web:alice')
  gone.abort()
  await aborted
  await second
  inside[1]?.letGo()
  t.equal(await next, 200)
})
