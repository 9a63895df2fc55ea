import t from 'tap'
import { answering, startLiar } from '../support/liars.ts'
import { fill, secrets, startTarget, type Target } from './world.ts'

const onlyElsewhere = { network: { allow: ['10.99.0.0/16'], timeout: 10_000 } }

/** Addresses at which nobody should make us call anything, in the spellings that people have tried. */
// biome-ignore format: a table is read by its columns
const forbidden: readonly string[] = [
  'https://127.0.0.1/dsp',        'https://127.1/dsp',             'https://2130706433/dsp',       'https://0x7f000001/dsp',
  'https://0177.0.0.1/dsp',       'https://0.0.0.0/dsp',           'https://[::1]/dsp',            'https://[::]/dsp',
  'https://[::ffff:127.0.0.1]/',  'https://[::ffff:7f00:1]/dsp',   'https://[64:ff9b::7f00:1]/',   'https://[2002:7f00:1::]/',
  'https://10.0.0.1/dsp',         'https://172.16.0.1/dsp',        'https://192.168.1.1/dsp',      'https://169.254.169.254/latest',
  'https://100.64.0.1/dsp',       'https://[fd00::1]/dsp',         'https://[fe80::1]/dsp',        'https://224.0.0.1/dsp',
  'https://255.255.255.255/',     'https://①②⑦.⓪.⓪.①/dsp',      'http://93.184.216.34/dsp',     'https://user:pw@93.184.216.34/',
]

const request = (callbackAddress: string, offer: string) => ({
  '@type': 'ContractRequestMessage',
  consumerPid: 'urn:c',
  callbackAddress,
  offer: { '@type': 'Offer', '@id': offer, target: 'wind', permission: [{ action: 'use' }] },
})
const offerMessage = (callbackAddress: string) => ({
  '@type': 'ContractOfferMessage',
  providerPid: 'urn:p',
  callbackAddress,
  offer: { '@type': 'Offer', '@id': 'o', target: 'd', permission: [{ action: 'use' }] },
})
const transfer = (callbackAddress: string) => ({
  '@type': 'TransferRequestMessage',
  consumerPid: 'urn:c',
  callbackAddress,
  agreementId: 'agreement-as-provider',
  format: 'HttpData-PULL',
})

t.test('a callback address in our own network is refused in every spelling, by every first message', async t => {
  const target = await startTarget(t, onlyElsewhere)
  const before = await target.digest()
  for (const address of forbidden)
    for (const [path, message] of [
      ['/negotiations/request', request(address, 'o')],
      ['/negotiations/offers', offerMessage(address)],
      ['/transfers/request', transfer(address)],
    ] as const) {
      const reply = await target.say(secrets.peer, path, message)
      t.match(reply, { status: 400, body: { code: 'address-forbidden', '@type': /Error$/ } }, `${path} ${address}`)
    }
  t.equal(await target.digest(), before, 'nothing has changed')
})

t.test('the operator cannot be talked into calling them either', async t => {
  const target = await startTarget(t, onlyElsewhere)
  const before = await target.digest()
  for (const address of forbidden) {
    const offer = { '@type': 'Offer', '@id': 'o', target: 'd', permission: [{ action: 'use' }] }
    const beginning = { counterparty: 'did:web:peer', address, offer }
    const reply = await target.operator('POST', '/v1/negotiations', beginning)
    t.match(reply, { status: 400, body: { code: 'address-forbidden' } }, address)
  }
  t.equal(await target.digest(), before, 'nothing has changed')
})

/** What is told of a message of ours that did not get through. */
const failed = ({ logged }: Target): Promise<string> => logged(/"work failed/)

t.test('a name is judged by the address it has when it is connected to', async t => {
  const inside = await startLiar(t, answering(200))
  const target = await startTarget(t, onlyElsewhere)
  const { offer } = await fill(target)
  // As a name it may be anything; that it is this machine shows only when it is asked for.
  const address = inside.url.replace('http://127.0.0.1', 'https://localhost')
  const reply = await target.say(secrets.peer, '/negotiations/request', request(address, offer))
  t.equal(reply.status, 201)
  t.match(await failed(target), /localhost.{1,3} must not be called: its address is loopback/)
  t.equal(inside.connections(), 0, 'nobody has been called')
})

t.test('a redirect to our own network is not followed', async t => {
  const inside = await startLiar(t, answering(200))
  for (const status of [301, 302, 303, 307, 308]) {
    const redirecting = await startLiar(t, answering(status, { location: `${inside.url}/metrics` }))
    const target = await startTarget(t)
    const { offer } = await fill(target)
    await target.say(secrets.peer, '/negotiations/request', request(redirecting.url, offer))
    t.match(await failed(target), new RegExp(`did:web:peer answered ${status}`))
    t.equal(inside.connections(), 0, 'nobody has been called')
  }
})
