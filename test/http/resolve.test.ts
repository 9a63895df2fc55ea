import t from 'tap'
import { askOnce } from '../../src/http/resolve.ts'
import { gate } from '../support/gate.ts'

t.test('many who ask for one name at once share one question', async t => {
  const { open, opened } = gate()
  const asked: string[] = []
  const resolve = askOnce(async hostname => {
    asked.push(hostname)
    await opened
    return [{ address: '192.0.2.1', family: 4 }]
  })
  const answers = [resolve('a'), resolve('a'), resolve('b')]
  open()
  t.same(await Promise.all(answers), Array(3).fill([{ address: '192.0.2.1', family: 4 }]))
  t.same(asked, ['a', 'b'])
  await resolve('a')
  t.same(asked, ['a', 'b', 'a'], 'an answer is not kept')
})

t.test('a question that failed is asked anew', async t => {
  let attempts = 0
  const resolve = askOnce(async () => {
    attempts++
    throw new Error('no answer')
  })
  await t.rejects(resolve('a'))
  await t.rejects(resolve('a'))
  t.equal(attempts, 2)
})
