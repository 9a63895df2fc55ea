import t from 'tap'
import { createDoor } from '../../src/identity/door.ts'
import { type Reason, Rejection, reasons } from '../../src/identity/rejection.ts'

t.test('we hear the whole reason, the one outside a sentence that gives nothing away', async t => {
  const heard: object[] = []
  const door = createDoor('dsp', rejected => heard.push(rejected))
  for (const code of Object.keys(reasons) as Reason[]) {
    const error = await door(async () => {
      throw new Rejection(code, 'what exactly was wrong')
    }).catch((error: Error) => error)
    t.match(error, { name: 'KontorError', status: reasons[code][0], message: reasons[code][2] })
    t.notMatch(Object(error).message, /what exactly/)
    t.same(heard.at(-1), { door: 'dsp', reason: code, detail: 'what exactly was wrong' })
  }
})

t.test('what a stranger makes us say is cut short in the log', async t => {
  const heard: { detail: string }[] = []
  const door = createDoor('dsp', rejected => heard.push(rejected))
  await t.rejects(
    door(async () => {
      throw new Rejection('issuer-not-trusted', `We do not trust ${'x'.repeat(100_000)}.`)
    }),
  )
  t.match(heard, [{ detail: /^We do not trust x{900,1000}$/ }])
})

t.test('what is no rejection passes as it is', async t => {
  const door = createDoor('dsp', () => t.fail('nobody was rejected'))
  t.equal(await door(async () => 7), 7)
  await t.rejects(
    door(async () => {
      throw new TypeError('a mistake of ours')
    }),
    { name: 'TypeError' },
  )
})
