import 'reflect-metadata'
import { generateKeyPairSync, type KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import t from 'tap'
import { faultOf, readCertificates } from '../../src/gaiax/certificates.ts'

x509.cryptoProvider.set(globalThis.crypto)

const DAY = 86_400_000
const NOW = new Date()
const days = (count: number) => new Date(NOW.getTime() + count * DAY)
const EV = '2.23.140.1.1'

/** A value in DER; what is in it may be longer than 127 bytes. */
function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map(part => Buffer.from(part)))
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const dns = (name: string) => der(0x82, Buffer.from(name))
const net = (...bytes: number[]) => der(0x87, bytes)
const directory = (name: string) => der(0xa4, Buffer.from(new x509.Name(name).toArrayBuffer()))
/** The extension that constrains names: trees that are permitted, and trees that are not. */
const constraints = ({ permit = [], exclude = [] }: { permit?: readonly Buffer[]; exclude?: readonly Buffer[] }) => {
  const trees = (tag: number, bases: readonly Buffer[]) =>
    bases.length === 0 ? [] : [der(tag, ...bases.map(base => der(0x30, base)))]
  return new x509.Extension('2.5.29.30', true, der(0x30, ...trees(0xa0, permit), ...trees(0xa1, exclude)))
}

interface Keys {
  readonly publicKey: webcrypto.CryptoKey
  readonly privateKey: webcrypto.CryptoKey
}
interface Party {
  readonly certificate: x509.X509Certificate
  readonly keys: Keys
}

interface Wish {
  readonly subject?: string
  readonly by?: Party
  readonly keys?: Keys
  readonly hash?: string
  readonly from?: Date
  readonly until?: Date
  readonly extensions?: readonly x509.Extension[]
}

const ec = (hash = 'SHA-256') => ({ name: 'ECDSA', namedCurve: 'P-256', hash }) as const
const ecKeys = () => webcrypto.subtle.generateKey(ec(), true, ['sign', 'verify'])
const rsaKeys = (modulusLength: number) =>
  webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )

async function make({ subject = 'CN=leaf', by, keys, hash, from, until, extensions = [] }: Wish): Promise<Party> {
  const own = keys ?? (await ecKeys())
  const signer = by?.keys ?? own
  const rsa = signer.privateKey.algorithm.name.startsWith('RSA')
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(8).toString('hex').slice(1)}`,
    subject,
    issuer: by?.certificate.subject ?? subject,
    notBefore: from ?? days(-1),
    notAfter: until ?? days(100),
    publicKey: own.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: rsa ? { name: 'RSASSA-PKCS1-v1_5', hash: hash ?? 'SHA-256' } : ec(hash),
    extensions: [...extensions],
  })
  return { certificate, keys: own }
}

const ca = (pathLength?: number) => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
]
const names = (...hosts: readonly string[]) =>
  new x509.SubjectAlternativeNameExtension(hosts.map(value => ({ type: isIP(value) ? 'ip' : 'dns', value })))
const policy = new x509.CertificatePolicyExtension([EV])

/** How a chain differs from root, intermediate, leaf as they should be. */
interface Oddity {
  readonly root?: Wish
  readonly middle?: Wish
  /** More intermediates below the first. */
  readonly more?: readonly Wish[]
  readonly leaf?: Wish
  readonly hosts?: readonly string[]
  readonly withoutRoot?: boolean
  readonly host?: string
  readonly demandEv?: boolean
}

async function faultIn(odd: Oddity): Promise<string | undefined> {
  const { root: top, middle, more = [], leaf: last, hosts = ['localhost'], host = 'localhost', demandEv = true } = odd
  const root = await make({ subject: 'CN=Root', extensions: ca(), ...top })
  const above = [root]
  for (const [at, wish] of [middle ?? {}, ...more].entries())
    above.unshift(
      await make({
        subject: `O=Authority, CN=Intermediate ${at}`,
        by: above[0] as Party,
        ...wish,
        extensions: wish.extensions ?? ca(),
      }),
    )
  const leaf = await make({ by: above[0] as Party, ...last, extensions: last?.extensions ?? [names(...hosts), policy] })
  const pem = [leaf, ...above].map(each => each.certificate.toString('pem'))
  const chain = readCertificates((odd.withoutRoot ? pem.slice(0, -1) : pem).join('\n'))
  const publicJwk = KeyObjectOf(leaf).export({ format: 'jwk' })
  const anchors = readCertificates(root.certificate.toString('pem'))
  return faultOf(chain, { publicJwk: { ...publicJwk }, host, anchors, demandEv, now: NOW })?.[0]
}

const KeyObjectOf = ({ certificate }: Party): KeyObject => new X509Certificate(certificate.toString('pem')).publicKey

const unknown = (critical: boolean) => new x509.Extension('1.3.6.1.4.1.99999.1', critical, der(0x05))
const usage = (flags: x509.KeyUsageFlags) => new x509.KeyUsagesExtension(flags, true)

// biome-ignore format: a table is read by its columns
const chains: Readonly<Record<string, readonly [Oddity | (() => Promise<Oddity>), string | undefined]>> = {
  'as it should be':                              [ {}, undefined ],
  'without its root':                             [ { withoutRoot: true }, undefined ],
  'with a leaf signed by way of SHA-1':           [ { leaf: { hash: 'SHA-1' } }, 'chain-weak' ],
  'with an intermediate signed by way of SHA-1':  [ { middle: { hash: 'SHA-1' } }, 'chain-weak' ],
  'with a root that once signed itself by SHA-1': [ { root: { hash: 'SHA-1' } }, undefined ],
  'with an authority of 1024 bits':               [ async () => ({ middle: { keys: await rsaKeys(1_024) } }), 'chain-weak' ],
  'with an authority of 2048 bits':               [ async () => ({ middle: { keys: await rsaKeys(2_048) } }), undefined ],
  'with an expired intermediate':                 [ { middle: { from: days(-10), until: days(-1) } }, 'chain-expired' ],
  'with an intermediate of tomorrow':             [ { middle: { from: days(1) } }, 'chain-not-yet-valid' ],
  'without its root, which has expired':          [ { root: { from: days(-10), until: days(-1) }, withoutRoot: true }, 'chain-expired' ],
  'longer than an authority allows':              [ { middle: { extensions: ca(0) }, more: [{}] }, 'chain-constraints' ],
  'as long as an authority allows':               [ { middle: { extensions: ca(1) }, more: [{}] }, undefined ],
  'longer than the root allows, which is left out': [ { root: { extensions: ca(0) }, withoutRoot: true, more: [{}] }, 'chain-constraints' ],
  'of an authority for other names':              [ { middle: { extensions: [...ca(), constraints({ permit: [dns('other.example')] })] } }, 'chain-constraints' ],
  'of an authority for this name':                [ { middle: { extensions: [...ca(), constraints({ permit: [dns('other.example'), dns('localhost')] })] } }, undefined ],
  'of an authority for names below it':           [ { hosts: ['a.b.example'], host: 'a.b.example', middle: { extensions: [...ca(), constraints({ permit: [dns('b.example')] })] } }, undefined ],
  'of an authority for names that only end so':   [ { hosts: ['ab.example'], host: 'ab.example', middle: { extensions: [...ca(), constraints({ permit: [dns('b.example')] })] } }, 'chain-constraints' ],
  'of an authority for all names but this':       [ { middle: { extensions: [...ca(), constraints({ exclude: [dns('localhost')] })] } }, 'chain-constraints' ],
  'with a wildcard that covers what is excluded': [ { hosts: ['*.example.org'], host: 'a.example.org', middle: { extensions: [...ca(), constraints({ exclude: [dns('a.example.org')] })] } }, 'chain-constraints' ],
  'of an authority for addresses here':           [ { hosts: ['127.0.0.1'], host: '127.0.0.1', middle: { extensions: [...ca(), constraints({ permit: [net(127, 0, 0, 0, 255, 0, 0, 0)] })] } }, undefined ],
  'of an authority for addresses elsewhere':      [ { hosts: ['127.0.0.1'], host: '127.0.0.1', middle: { extensions: [...ca(), constraints({ permit: [net(10, 0, 0, 0, 255, 0, 0, 0)] })] } }, 'chain-constraints' ],
  'of an authority for another organisation':     [ { leaf: { subject: 'O=Kontor, CN=leaf' }, middle: { extensions: [...ca(), constraints({ permit: [directory('O=Other')] })] } }, 'chain-constraints' ],
  'of an authority for this organisation':        [ { leaf: { subject: 'O=Kontor, CN=leaf' }, middle: { extensions: [...ca(), constraints({ permit: [directory('O=Kontor')] })] } }, undefined ],
  'with names of a kind nobody can compare':      [ { leaf: { extensions: [policy, new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }, { type: 'url', value: 'https://localhost/' }])] }, middle: { extensions: [...ca(), constraints({ permit: [der(0x86, Buffer.from('localhost'))] })] } }, 'chain-constraints' ],
  'with constraints of the root':                 [ { root: { extensions: [...ca(), constraints({ permit: [dns('other.example')] })] }, withoutRoot: true }, 'chain-constraints' ],
  'with a critical extension nobody knows':       [ { leaf: { extensions: [names('localhost'), policy, unknown(true)] } }, 'chain-constraints' ],
  'with one in an authority':                     [ { middle: { extensions: [...ca(), unknown(true)] } }, 'chain-constraints' ],
  'with an extension nobody need know':           [ { leaf: { extensions: [names('localhost'), policy, unknown(false)] } }, undefined ],
  'for a key that must not sign':                 [ { leaf: { extensions: [names('localhost'), policy, usage(x509.KeyUsageFlags.keyEncipherment)] } }, 'chain-constraints' ],
  'for a key that may sign':                      [ { leaf: { extensions: [names('localhost'), policy, usage(x509.KeyUsageFlags.digitalSignature)] } }, undefined ],
  'below what is no authority':                   [ { middle: { extensions: [] } }, 'chain-authority' ],
  'below what may sign no certificates':          [ { middle: { extensions: [new x509.BasicConstraintsExtension(true, undefined, true), usage(x509.KeyUsageFlags.digitalSignature)] } }, 'chain-broken' ],
  'with the policy in the intermediate only':     [ { middle: { extensions: [...ca(), policy] }, leaf: { extensions: [names('localhost')] } }, 'chain-policy' ],
  'for another host':                             [ { host: '127.0.0.1' }, 'chain-host' ],
  'for the host as common name only':             [ { leaf: { subject: 'CN=localhost', extensions: [policy] } }, 'chain-host' ],
}

for (const [name, [odd, code]] of Object.entries(chains))
  t.test(`a chain ${name}: ${code ?? 'is taken'}`, async t => {
    t.equal(await faultIn(typeof odd === 'function' ? await odd() : odd), code)
  })

t.test('a key on another curve, or with other numbers, is none that the certificate vouches for', async t => {
  const leaf = await make({ extensions: [names('localhost'), policy] })
  const chain = readCertificates(leaf.certificate.toString('pem'))
  const rules = { host: 'localhost', anchors: undefined, demandEv: true, now: NOW }
  const jwk = KeyObjectOf(leaf).export({ format: 'jwk' })
  const other = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })
  t.equal(faultOf(chain, { ...rules, publicJwk: { ...jwk } }), undefined)
  const wrong = [
    other('P-256'),
    other('P-384'),
    { ...jwk, crv: 'P-384' },
    { ...jwk, x: jwk.y },
    { ...jwk, kty: 'RSA' },
    {},
  ]
  for (const publicJwk of wrong) t.match(faultOf(chain, { ...rules, publicJwk: { ...publicJwk } }), ['chain-key'])
})

t.test('fifty certificates are more than anybody needs, and are not even read', async t => {
  const { certificate } = await make({})
  const pem = certificate.toString('pem')
  t.throws(() => readCertificates(`${pem}\n`.repeat(50)), { message: /one to 10/ })
  t.equal(readCertificates(`${pem}\n`.repeat(10)).length, 10)
  for (const text of ['', pem.replace('BEGIN', 'BEGAN'), pem.replace(/\n[^\n]+\n/, '\nAAAA\n')])
    t.throws(() => readCertificates(text))
})
