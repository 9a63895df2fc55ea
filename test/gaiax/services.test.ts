import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { KontorError } from '../../src/errors.ts'
import { createCompliance } from '../../src/gaiax/compliance.ts'
import { createAnnounce } from '../../src/gaiax/credential-events.ts'
import { createNotary } from '../../src/gaiax/notary.ts'
import { createRegistry } from '../../src/gaiax/registry.ts'
import { connectServices, type Services } from '../../src/gaiax/services.ts'
import { standingClock } from '../support/clock.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

const clock = standingClock(Date.parse('2026-11-26T12:00:00Z'))

/** A service that does as it is told, at this machine. */
async function service(t: Pick<Test, 'teardown'>) {
  const asked: string[] = []
  const does: { now: Handler } = { now: (_, response) => response.end() }
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    // Each exchange on a line of its own, so that what one leaves behind is no other's.
    response.setHeader('connection', 'close')
    does.now(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, does }
}

const house = await service(t)
const elsewhere = await service(t)

const { notary, registry, compliance, events } = {
  notary: house.url,
  registry: `${house.url}/`,
  compliance: house.url,
  events: house.url,
}
const connected = (patience: number): Services => {
  const services = connectServices({ notary, registry, compliance, events }, { allow: [], now: clock.now, patience })
  t.teardown(() => services.close())
  return services
}
const services = connected(1)
/** For answers that never come: whatever does come, a busy machine may be late with. */
const hasty = connected(0.02)

const never = async (): Promise<never> => {
  throw new Error('there is nothing to verify')
}

const place = { id: 'https://p.example/x', subject: 'https://p.example/x#cs' }
const given = { did: 'did:web:p.example', services, verify: never, now: clock.now }

/** What is asked of each service. */
const questionsTo = (services: Services): Readonly<Record<string, () => Promise<unknown>>> => ({
  notary: () => createNotary({ ...given, services })({ kind: 'vat-id', value: 'DE1', countryCode: 'DE' }, place),
  compliance: () =>
    createCompliance({
      ...given,
      services,
      signing: { kid: () => 'k', credential: never, presentation: async () => 'a.b.c' },
    })({ ...place, offer: 'standard-compliance', credentials: [] }),
  'registry for issuers': () => createRegistry({ ...given, services }).trustedIssuers('notary'),
  'registry for a chain': () => createRegistry({ ...given, services }).checkChain([], 'https://p.example/chain.pem'),
  events: () =>
    createAnnounce({ ...given, services })({ ...place, jwt: 'a.b.c', validFrom: clock.now() } as Parameters<
      ReturnType<typeof createAnnounce>
    >[0]),
})

const answers =
  (status: number, text: string | Buffer = '', headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(text)

/** Goes on for ever, a byte at a time: it is never silent, and never done. */
const drips: Handler = (_, response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write('x'), 5)
  response.on('close', () => clearInterval(timer))
}

/** Says how much will come, and goes after half of it. */
const half: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('x'.repeat(500), () => response.destroy())
}

const zeros = Buffer.alloc(20 * 1_024 * 1_024)

interface Told {
  readonly code: 'bad-gateway' | 'conflict'
  readonly says: RegExp
  readonly retryAfter?: number
  /** There is no end to wait for. */
  readonly endless?: true
  /** Who does not read what is in a good answer. */
  readonly but?: string
}

// biome-ignore format: a table is read by its columns
const misdeeds: Readonly<Record<string, readonly [Handler, Told]>> = {
  'says nothing':                     [ () => {},                                                     { code: 'bad-gateway', says: /no complete answer in time/, endless: true } ],
  'drips':                            [ drips,                                                        { code: 'bad-gateway', says: /no complete answer in time|larger than we take/, endless: true } ],
  'hangs up':                         [ (_, response) => response.destroy(),                          { code: 'bad-gateway', says: /the connection broke/ } ],
  'gives half an answer':             [ half,                                                         { code: 'bad-gateway', says: /the connection broke/ } ],
  'gives too much':                   [ answers(200, zeros),                                          { code: 'bad-gateway', says: /larger than we take/ } ],
  'gives a little that becomes much': [ answers(200, gzipSync(zeros), { 'content-encoding': 'gzip' }), { code: 'bad-gateway', says: /larger than we take/ } ],
  'packs what cannot be unpacked':    [ answers(200, 'no gzip', { 'content-encoding': 'gzip' }),      { code: 'bad-gateway', says: /could not be asked/ } ],
  'packs in its own way':             [ answers(200, 'x', { 'content-encoding': 'middle-out' }),      { code: 'bad-gateway', says: /Content-Encoding/ } ],
  'sends us elsewhere':               [ answers(302, '', { location: elsewhere.url }),                { code: 'bad-gateway', says: /answered 302/ } ],
  'sends us elsewhere for good':      [ answers(308, '', { location: 'http://169.254.169.254/' }),    { code: 'bad-gateway', says: /answered 308/ } ],
  'says nothing, and well':           [ answers(200),                                                 { code: 'bad-gateway', says: /something else|answered 200/, but: 'events' } ],
  'says something else':              [ answers(200, '<html>Welcome</html>'),                         { code: 'bad-gateway', says: /something else|answered 200/, but: 'events' } ],
  'says something else in JSON':      [ answers(200, '{"result":"true","jwt":1}'),                    { code: 'bad-gateway', says: /something else|answered 200/, but: 'events' } ],
  'says something very deep':         [ answers(200, '['.repeat(100_000)),                            { code: 'bad-gateway', says: /something else|answered 200/, but: 'events' } ],
  'says what is no text':             [ answers(200, Buffer.from([0xff, 0xfe, 0x00])),                { code: 'bad-gateway', says: /something else|answered 200/, but: 'events' } ],
  'has broken':                       [ answers(500, '{"message":"oh"}'),                             { code: 'bad-gateway', says: /answered 500: oh/ } ],
  'is being mended':                  [ answers(503, '', { 'retry-after': '90' }),                    { code: 'bad-gateway', says: /answered 503/, retryAfter: 90 } ],
  'has too much to do':               [ answers(429, '', { 'retry-after': 'Thu, 26 Nov 2026 12:02:00 GMT' }), { code: 'bad-gateway', says: /answered 429/, retryAfter: 120 } ],
  'has too much to do for ever':      [ answers(429, '', { 'retry-after': 'never' }),                 { code: 'bad-gateway', says: /answered 429/ } ],
  'did not get it in time':           [ answers(408),                                                 { code: 'bad-gateway', says: /answered 408/ } ],
  'refuses':                          [ answers(409, '{"message":["no LRN","no T&C"]}'),              { code: 'conflict',    says: /answered 409: no LRN; no T&C/ } ],
  'refuses without a word':           [ answers(400, '<html>'),                                       { code: 'conflict',    says: /answered 400$/ } ],
}

for (const [deed, [handler, { code, says, retryAfter, endless, but }]] of Object.entries(misdeeds))
  t.test(`a service that ${deed} is no more than an error that says so`, async t => {
    house.does.now = handler
    const questions = questionsTo(endless ? hasty : services)
    for (const [name, ask] of Object.entries(questions).filter(each => each[0] !== but)) {
      const error = await ask().then(
        () => undefined,
        thrown => thrown,
      )
      t.ok(error instanceof KontorError, `${name}: ${error}`)
      t.match(error, { code, message: says }, name)
      t.equal(error.retryAfter, retryAfter, `${name}: when to come again`)
    }
    t.strictSame(elsewhere.asked, [], 'nobody goes where a service points')
  })

t.test('what a service says is told in short, and without control characters', async t => {
  house.does.now = answers(409, JSON.stringify({ message: `a\u001b[31mb\nc${'d'.repeat(100_000)}` }))
  const error = (await questionsTo(services)
    .notary?.()
    .catch(thrown => thrown)) as Error
  t.match(error.message, /a \[31mb cd+$/)
  t.ok(error.message.length < 1_100)
})

t.test('a list of issuers is remembered while the registry is out of its mind, and asked for again', async t => {
  const registry = createRegistry(given)
  house.does.now = answers(
    200,
    '["did:web:notary.example", {"id":"did:web:other.example"}, "https://third.example/a/b"]',
  )
  const known = ['did:web:notary.example', 'did:web:other.example', 'did:web:third.example:a:b']
  t.strictSame(await registry.trustedIssuers('notary'), known)
  house.does.now = answers(200, '<html>')
  t.strictSame(await registry.trustedIssuers('notary'), known)
  clock.pass(3_600_000)
  t.strictSame(await registry.trustedIssuers('notary'), known)
  house.does.now = answers(200, '{"issuers":[]}')
  t.strictSame(await registry.trustedIssuers('notary'), [], 'that nobody is trusted is believed')
})

t.test('the path of a base URL is kept, with a slash at its end and without', async t => {
  house.does.now = answers(200, '[]')
  house.asked.length = 0
  for (const registry of [house.url, `${house.url}/`, `${house.url}/gxdch`, `${house.url}/gxdch//`]) {
    const services = connectServices(
      { notary: undefined, registry, compliance: undefined, events: undefined },
      { allow: [], now: clock.now },
    )
    await createRegistry({ services, now: clock.now }).trustedIssuers('compliance')
    services.close()
  }
  const path = '/v2/api/trusted-issuers/compliance'
  t.strictSame(house.asked, [path, path, `/gxdch${path}`, `/gxdch${path}`])
})
