import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import t from 'tap'
import { type Chain, readCertificates } from '../../src/gaiax/certificates.ts'
import { createRevocations, type RevocationRule } from '../../src/gaiax/revocations.ts'
import { createClient, createGuard } from '../../src/http/index.ts'
import { standingClock } from '../support/clock.ts'

x509.cryptoProvider.set(globalThis.crypto)

const HOUR = 3_600_000
const start = Date.now()
const pages = new Map<string, Buffer | string | RequestListener>()
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  const page = pages.get(request.url ?? '')
  if (typeof page === 'function') return page(request, response)
  response.writeHead(page === undefined ? 404 : 200).end(page)
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => server.close())
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

type Algorithm = { readonly name: string; readonly hash: string }
const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
}

interface Authority {
  readonly certificate: x509.X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

async function certify(
  subject: string,
  by: Authority | undefined,
  urls: readonly string[],
  kind: typeof ec | typeof rsa = ec,
) {
  const keys = (await webcrypto.subtle.generateKey(kind, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(8).toString('hex').slice(1)}`,
    subject,
    issuer: by?.certificate.subject ?? subject,
    notBefore: new Date(start - 24 * HOUR),
    notAfter: new Date(start + 1_000 * HOUR),
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    signingAlgorithm: { hash: 'SHA-256', name: (by?.keys ?? keys).privateKey.algorithm.name },
    extensions: [
      new x509.BasicConstraintsExtension(subject !== 'CN=leaf', undefined, true),
      ...(urls.length > 0 ? [new x509.CRLDistributionPointsExtension([...urls])] : []),
    ],
  })
  return { certificate, keys }
}

interface ListWish {
  readonly by: Authority
  readonly revoked?: readonly x509.X509Certificate[]
  readonly issuer?: string
  readonly from?: Date
  readonly until?: Date
  readonly hash?: string
  readonly extensions?: readonly x509.Extension[]
}

async function list({ by, revoked = [], issuer, from, until, hash = 'SHA-256', extensions = [] }: ListWish) {
  const algorithm: Algorithm = { name: by.keys.privateKey.algorithm.name, hash }
  const made = await x509.X509CrlGenerator.create({
    issuer: issuer ?? by.certificate.subject,
    thisUpdate: from ?? new Date(start - HOUR),
    nextUpdate: until ?? new Date(start + 24 * HOUR),
    signingAlgorithm: algorithm,
    signingKey: by.keys.privateKey,
    extensions: [...extensions],
    entries: [
      ...Array.from({ length: 50 }, () => ({ serialNumber: `4${randomBytes(8).toString('hex').slice(1)}` })),
      ...revoked.map(({ serialNumber }) => ({ serialNumber })),
    ].map(entry => ({ ...entry, revocationDate: new Date(start - HOUR) })),
  })
  return Buffer.from(made.rawData)
}

const der = (tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer => {
  const content = Buffer.concat(parts.map(part => Buffer.from(part)))
  return Buffer.concat([Buffer.from([tag, content.length]), content])
}
const point = (url: string) => der(0xa0, der(0xa0, der(0x86, Buffer.from(url))))
/** What a list is about: RFC 5280 §5.2.5. */
const issuingPoint = (...parts: readonly Buffer[]) => new x509.Extension('2.5.29.28', true, der(0x30, ...parts))

const urls = { root: `${base}/root.crl`, own: `${base}/own.crl`, other: `${base}/other.crl` }
const root = await certify('CN=Root', undefined, [])
const middle = await certify('CN=Middle', root, [urls.root])
const middleRsa = await certify('CN=Middle', root, [urls.root], rsa)
const stranger = await certify('CN=Middle', undefined, [])
const leaf = await certify('CN=leaf', middle, [urls.own])

const chainOf = (...parties: readonly Authority[]): Chain =>
  readCertificates(parties.map(({ certificate }) => certificate.toString('pem')).join('\n'))
const usual = chainOf(leaf, middle, root)

/** What is said of a chain: the code of the refusal, or undefined. */
function open(t: { teardown(end: () => void): void }, rule: RevocationRule, now = () => new Date(start)) {
  const client = createClient({ guard: createGuard({ allow: ['127.0.0.1'] }), timeout: 5_000 })
  t.teardown(() => client.close())
  const demand = createRevocations({ request: client.request, rule, now })
  return (chain: Chain): Promise<string | undefined> =>
    demand(chain).then(
      () => undefined,
      error => error.code,
    )
}

const good = async () => {
  pages.set('/root.crl', await list({ by: root }))
  pages.set('/own.crl', await list({ by: middle }))
}

t.beforeEach(async () => {
  pages.clear()
  await good()
  asked.length = 0
})

t.test('nothing is said against certificates that are in no list, and the root is in none', async t => {
  for (const rule of ['soft', 'hard'] as const) t.equal(await open(t, rule)(usual), undefined, rule)
  t.strictSame(new Set(asked), new Set(['/own.crl', '/root.crl']))
})

t.test('a certificate that was revoked counts no more, be it one’s own or an authority’s', async t => {
  pages.set('/own.crl', await list({ by: middle, revoked: [leaf.certificate] }))
  for (const rule of ['soft', 'hard'] as const) t.equal(await open(t, rule)(usual), 'chain-revoked', rule)
  await good()
  pages.set('/root.crl', await list({ by: root, revoked: [middle.certificate] }))
  for (const rule of ['soft', 'hard'] as const) t.equal(await open(t, rule)(usual), 'chain-revoked', rule)
})

t.test('who wants no lists looked up has none looked up', async t => {
  pages.set('/own.crl', await list({ by: middle, revoked: [leaf.certificate] }))
  t.equal(await open(t, 'off')(usual), undefined)
  t.strictSame(asked, [])
})

const revoked = [leaf.certificate]
const answering: (status: number, headers?: Record<string, string>) => RequestListener =
  (status, headers = {}) =>
  (_, response) =>
    response.writeHead(status, headers).end()

// biome-ignore format: a table is read by its columns
const useless: Readonly<Record<string, () => Promise<Buffer | string | RequestListener>>> = {
  'is not there':                  async () => answering(404),
  'is elsewhere':                  async () => answering(302, { location: urls.other }),
  'is nothing':                    async () => '',
  'is a page':                     async () => '<html>',
  'is no list':                    async () => Buffer.from(leaf.certificate.rawData),
  'is half a list':                async () => (await list({ by: middle, revoked })).subarray(0, 200),
  'is too large':                  async () => Buffer.alloc(11 * 1_024 * 1_024, 48),
  'was changed':                   async () => { const made = await list({ by: middle, revoked }); made[made.length - 5] = (made[made.length - 5] ?? 0) ^ 1; return made },
  'is signed by somebody else':    async () => list({ by: stranger, revoked }),
  'is by another authority':       async () => list({ by: middle, revoked, issuer: 'CN=Other' }),
  'is signed by way of SHA-1':     async () => list({ by: middle, revoked, hash: 'SHA-1' }),
  'is outdated':                   async () => list({ by: middle, revoked, from: new Date(start - 48 * HOUR), until: new Date(start - HOUR) }),
  'is of tomorrow':                async () => list({ by: middle, revoked, from: new Date(start + 24 * HOUR), until: new Date(start + 48 * HOUR) }),
  'is about another shard':        async () => list({ by: middle, revoked, extensions: [issuingPoint(point(urls.other))] }),
  'is about authorities only':     async () => list({ by: middle, revoked, extensions: [issuingPoint(der(0x82, [0xff]))] }),
  'is about some reasons only':    async () => list({ by: middle, revoked, extensions: [issuingPoint(der(0x83, [1, 0x40]))] }),
  'is an indirect one':            async () => list({ by: middle, revoked, extensions: [issuingPoint(der(0x84, [0xff]))] }),
  'is the difference to another':  async () => list({ by: middle, revoked, extensions: [new x509.Extension('2.5.29.27', true, der(0x02, [1]))] }),
}

for (const [what, make] of Object.entries(useless))
  t.test(`a list that ${what} says nothing: what comes of that is for the operator to say`, async t => {
    pages.set('/own.crl', await make())
    t.equal(await open(t, 'soft')(usual), undefined)
    t.equal(await open(t, 'hard')(usual), 'chain-status')
    t.notOk(asked.includes('/other.crl'))
  })

t.test('a list may be of a shard, in PEM, or signed by RSA', async t => {
  pages.set(
    '/own.crl',
    await list({ by: middle, revoked, extensions: [issuingPoint(point(urls.own), der(0x81, [0xff]))] }),
  )
  t.equal(await open(t, 'hard')(usual), 'chain-revoked')
  const pem = (made: Buffer) => `-----BEGIN X509 CRL-----\n${made.toString('base64')}\n-----END X509 CRL-----\n`
  pages.set('/own.crl', pem(await list({ by: middle, revoked })))
  t.equal(await open(t, 'hard')(usual), 'chain-revoked')
  const other = await certify('CN=leaf', middleRsa, [urls.own])
  pages.set('/own.crl', await list({ by: middleRsa, revoked: [other.certificate] }))
  t.equal(await open(t, 'hard')(chainOf(other, middleRsa, root)), 'chain-revoked')
})

t.test('where one place has no list the next is asked; where none is named nobody is', async t => {
  const two = await certify('CN=leaf', middle, [`${base}/none.crl`, urls.own])
  pages.set('/own.crl', await list({ by: middle, revoked: [two.certificate] }))
  t.equal(await open(t, 'hard')(chainOf(two, middle, root)), 'chain-revoked')
  for (const named of [[], ['ldap://127.0.0.1/cn=list'], ['file:///etc/own.crl']]) {
    const bare = await certify('CN=leaf', middle, named)
    t.equal(await open(t, 'soft')(chainOf(bare, middle, root)), undefined)
    t.equal(await open(t, 'hard')(chainOf(bare, middle, root)), 'chain-status')
  }
})

t.test('a list is fetched again after an hour, or when it ends', async t => {
  const clock = standingClock(start)
  const judge = open(t, 'hard', clock.now)
  const count = () => asked.filter(path => path === '/own.crl').length
  pages.set('/own.crl', await list({ by: middle, until: new Date(start + 1.5 * HOUR) }))
  await judge(usual)
  clock.pass(HOUR - 1)
  t.equal(await judge(usual), undefined)
  t.equal(count(), 1)
  clock.pass(1)
  t.equal(await judge(usual), undefined)
  t.equal(count(), 2)
  clock.pass(HOUR / 2)
  pages.set('/own.crl', await list({ by: middle, revoked, from: clock.now() }))
  t.equal(await judge(usual), 'chain-revoked')
})
