import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createLine } from 'node:net'
import t, { type Test } from 'tap'
import { openAuthority } from '../../src/clearing-house/certificate-authority.ts'
import { createGuard, reach } from '../../src/http/index.ts'

const DAY = 86_400_000
const guard = createGuard({ allow: ['127.0.0.0/8'] })

/** A host with a certificate; `ca` is who has issued it. */
async function startSecure(t: Test, order: { hosts: readonly string[]; notAfter?: Date; now?: () => Date }) {
  const { hosts, notAfter, now = () => new Date() } = order
  const authority = await openAuthority(now, 'http://127.0.0.1:9')
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = await authority.issue({
    publicKey: publicKey.export({ format: 'jwk' }),
    hosts,
    ...(notAfter && { notAfter }),
  })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const server = createServer({ cert, key }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  return { url: `https://127.0.0.1:${port}`, ca: authority.anchor }
}

t.test('a certificate of a trusted authority, for that host, is well', async t => {
  const { url, ca } = await startSecure(t, { hosts: ['127.0.0.1'] })
  t.match(await reach(guard, url, { timeout: 5_000, ca }), {
    broken: undefined,
    addresses: ['127.0.0.1'],
    certificate: { names: ['127.0.0.1'] },
  })
})

t.test('what is wrong with a certificate is told with what it is', async t => {
  const past = new Date(Date.now() - 10 * DAY)
  const name = await startSecure(t, { hosts: ['other.example'] })
  const old = await startSecure(t, { hosts: ['127.0.0.1'], now: () => past, notAfter: new Date(past.getTime() + DAY) })
  const { url } = await startSecure(t, { hosts: ['127.0.0.1'] })
  // biome-ignore format: a table is read by its columns
  const table = [
    [ name.url, name.ca,   'ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name' ],
    [ old.url,  old.ca,    'CERT_HAS_EXPIRED',             'its certificate has expired' ],
    [ url,      undefined, /SELF_SIGNED|UNABLE/,           'its certificate comes from an issuer whom we do not trust' ],
  ] as const
  for (const [url, ca, code, words] of table)
    t.match(await reach(guard, url, { timeout: 5_000, ...(ca && { ca }) }), {
      broken: { step: 'certificate', code, words },
      certificate: Object,
    })
})

t.test('a host that may not be called is not reached for', async t => {
  await t.rejects(reach(guard, 'http://10.0.0.1', { timeout: 1_000 }), { code: 'address-forbidden' })
  const resolving = createGuard({ allow: ['127.0.0.0/8'], resolve: async () => [{ address: '10.0.0.1', family: 4 }] })
  await t.rejects(reach(resolving, 'https://inside.example', { timeout: 1_000 }), { code: 'address-forbidden' })
})

t.test('a host that takes a line and says nothing is given up', async t => {
  const silent = createLine(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { port } = silent.address() as AddressInfo // a server on a port has no other kind of address
  // Long enough for the line to be taken on a busy machine.
  t.match(await reach(guard, `https://127.0.0.1:${port}`, { timeout: 1_000 }), {
    broken: { step: 'certificate', code: 'ETIMEDOUT' },
  })
})
