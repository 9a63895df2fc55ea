import t from 'tap'
import { createTurnstile } from '../../src/dsp/index.ts'

t.test('as many as may are let in at once, the others in their order', async t => {
  const turnstile = createTurnstile(2)
  const came: string[] = []
  const enter = async (name: string) => {
    const leave = await turnstile.enter('peer')
    came.push(name)
    return leave
  }
  const [a, b] = [await enter('a'), await enter('b')]
  const [c, d] = [enter('c'), enter('d')]
  t.same(came, ['a', 'b'])
  b()
  ;(await c)()
  ;(await d)()
  t.same(came, ['a', 'b', 'c', 'd'])
  a()
  const again = await enter('e')
  again()
})

t.test('one participant waits for itself, never for another', async t => {
  const turnstile = createTurnstile(1)
  await turnstile.enter('flooding')
  turnstile.enter('flooding')
  const leave = await turnstile.enter('peaceful')
  leave()
  t.pass('and the other has come and gone')
})

t.test('when eight times as many wait, the rest is told to come later', async t => {
  const turnstile = createTurnstile(2)
  const first = await turnstile.enter('peer')
  for (let i = 0; i < 17; i++) turnstile.enter('peer')
  await t.rejects(turnstile.enter('peer'), { code: 'too-many', status: 429, retryAfter: 1 })
  first()
  const after = turnstile.enter('peer')
  await t.rejects(turnstile.enter('peer'), { code: 'too-many' }, 'one place was left in the queue, and is taken')
  t.ok(after)
})
