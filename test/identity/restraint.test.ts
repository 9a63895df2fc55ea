import t from 'tap'
import type { Client } from '../../src/http/index.ts'
import { restrain } from '../../src/identity/restraint.ts'

const answer = { status: 200, headers: {}, body: undefined, text: '' }

/** A client whose requests stay under way until they are let go. */
function slowClient() {
  const underWay: { readonly host: string; readonly letGo: () => void; readonly fail: () => void }[] = []
  const request: Client['request'] = ({ url }) =>
    new Promise((resolve, reject) => {
      const { host } = new URL(url)
      underWay.push({ host, letGo: () => resolve(answer), fail: () => reject(new Error('no answer')) })
    })
  return { request, underWay, hosts: () => underWay.map(({ host }) => host) }
}

/** Lets everything run that can. */
const settle = () => new Promise(resolve => setImmediate(resolve))

const get = (host: string) => ({ method: 'GET', url: `https://${host}/did.json` }) as const

t.test('to one host so many requests are on their way, some wait, more are refused; others go out', async t => {
  const { request, underWay, hosts } = slowClient()
  const restrained = restrain(request, { host: 2, all: 100 })
  const asked = Array.from({ length: 2 + 16 }, () => restrained(get('victim.example')))
  await settle()
  t.same(hosts(), ['victim.example', 'victim.example'])
  await t.rejects(restrained(get('victim.example')), { code: 'unavailable' })
  const other = restrained(get('peer.example'))
  await settle()
  t.equal(hosts().at(-1), 'peer.example', 'another host is not behind them')
  underWay.at(-1)?.letGo()
  t.equal(await other, answer)

  underWay[0]?.letGo()
  underWay[1]?.fail()
  t.equal(await asked[0], answer)
  await t.rejects(asked[1] ?? Promise.resolve(answer), { message: 'no answer' })
  await settle()
  t.equal(hosts().length, 5, 'whether it is answered or not, the next two go out')
  for (let index = 3; index < 3 + 16; index++) {
    underWay[index]?.letGo()
    await settle()
  }
  t.ok(
    (await Promise.all(asked.slice(2))).every(each => each === answer),
    'nobody who waited is forgotten',
  )
})

t.test('to all hosts together there is a bound, too', async t => {
  const { request, underWay, hosts } = slowClient()
  const restrained = restrain(request, { host: 2, all: 3 })
  const asked = ['a', 'b', 'c', 'd', 'e'].map(name => restrained(get(`${name}.example`)))
  await settle()
  t.same(hosts(), ['a.example', 'b.example', 'c.example'])
  underWay[1]?.letGo()
  await asked[1]
  await settle()
  t.equal(hosts().at(-1), 'd.example')
})

t.test('what is no URL is for the client to refuse', async t => {
  const restrained = restrain(async () => {
    throw new TypeError('no URL')
  })
  await t.rejects(restrained({ method: 'GET', url: 'nonsense' }), { message: 'no URL' })
})
