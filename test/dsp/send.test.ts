import t from 'tap'
import type { VersionResponse } from '../../src/dsp/index.ts'
import { createDiscover, createSend, joinUrl } from '../../src/dsp/index.ts'

const now = () => new Date('2026-11-26T12:00:00Z')
const answering = (status: number, body?: unknown) =>
  createSend({
    now,
    authorize: async id => `Bearer for ${id}`,
    request: async () => ({ status, headers: {}, body, text: '' }),
  })

t.test('any 2xx is an acknowledgement, with a body or without', async t => {
  t.same(await answering(200)('peer', 'http://x', {}), { kind: 'acknowledged', body: undefined })
  t.same(await answering(201, { a: 1 })('peer', 'http://x', {}), { kind: 'acknowledged', body: { a: 1 } })
})

// biome-ignore format: a table is read by its columns
const refusals = [
  [ 400, false ], [ 404, false ], [ 409, false ], [ 401, false ], [ 403, true ], [ 405, false ], [ 413, true ], [ 415, true ],
] as const

for (const [status, final] of refusals)
  t.test(`${status} is a refusal${final ? ' that nothing turns' : ', perhaps only for now'}`, async t => {
    const delivery = await answering(status, { reason: ['not you'] })('peer', 'http://x', {})
    t.match(delivery, {
      kind: 'refused',
      status,
      final,
      busy: [405, 409].includes(status),
      reason: `peer answered ${status}: not you`,
    })
  })

for (const status of [302, 408, 429, 500, 503])
  t.test(`${status} may mend itself: the message is tried again`, async t => {
    await t.rejects(answering(status)('peer', 'http://x', {}), { code: 'bad-gateway' })
  })

t.test('a peer that says when to come again is heard', async t => {
  const saying = (retryAfter: string) =>
    createSend({
      now,
      authorize: async () => 'Bearer x',
      request: async () => ({ status: 429, headers: { 'retry-after': retryAfter }, body: undefined, text: '' }),
    })
  for (const wish of ['30', 'Thu, 26 Nov 2026 12:00:30 GMT'])
    await t.rejects(saying(wish)('peer', 'http://x', {}), { code: 'bad-gateway', retryAfter: 30 }, wish)
  for (const nonsense of ['soon', '-1', '1e9'])
    t.match(await saying(nonsense)('peer', 'http://x', {}).catch(error => error), { retryAfter: undefined }, nonsense)
})

t.test('the receiver is shown what it expects, and sent the message', async t => {
  let seen: unknown
  const send = createSend({
    now,
    authorize: async id => `Bearer for ${id}`,
    request: async request => {
      seen = request
      return { status: 200, headers: {}, body: undefined, text: '' }
    },
  })
  await send('peer', 'http://x/y', { hello: 1 })
  t.same(seen, { method: 'POST', url: 'http://x/y', headers: { authorization: 'Bearer for peer' }, body: { hello: 1 } })
})

t.test('a callback address may end with a slash', async t => {
  t.equal(joinUrl('http://x/dsp/', '/negotiations/1'), 'http://x/dsp/negotiations/1')
  t.equal(joinUrl('http://x/dsp', '/negotiations/1'), 'http://x/dsp/negotiations/1')
})

const versions = (...given: { version: string; path: string; binding: string }[]) =>
  ({ protocolVersions: given }) as VersionResponse
const discover = (status: number, body: unknown) =>
  createDiscover({
    request: async () => ({ status, headers: {}, body, text: '' }),
    parse: body => body as VersionResponse,
  })

t.test('a protocol URL is found from the root of a connector', async t => {
  const body = versions(
    { version: '2024-1', path: '/old', binding: 'HTTPS' },
    { version: '2025-1', path: '/dsp/2025-1', binding: 'HTTPS' },
  )
  t.equal(await discover(200, body)('http://x/'), 'http://x/dsp/2025-1')
})

t.test('a connector that speaks other versions only is told so', async t => {
  const body = versions({ version: '2024-1', path: '/old', binding: 'HTTPS' })
  await t.rejects(discover(200, body)('http://x'), {
    code: 'bad-gateway',
    message: /does not speak version 2025-1.*2024-1/,
  })
  await t.rejects(discover(404, undefined)('http://x'), { code: 'bad-gateway' })
})
