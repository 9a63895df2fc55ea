import { createPublicKey } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import { signerOf } from '../../src/keys/index.ts'
import { certificateAuthority, ecKey, type Wishes } from '../gaiax/authority.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { startKms } from '../support/kms.ts'
import { runCommand } from './command.ts'
import { kontor } from './in-process.ts'

x509.cryptoProvider.set(globalThis.crypto)
const [ca, otherCa] = [await certificateAuthority(), await certificateAuthority('Other')]
const DAY = 86_400_000

/** A connector that has all but a certificate. */
async function desk(t: Test, environment: Record<string, string> = {}) {
  const { pem, publicKey } = ecKey()
  const folder = t.testdir({
    'key.pem': pem,
    'anchors.pem': otherCa.root,
    'kontor.yaml': `
participant: { id: 'did:web:p.example' }
directory: data
identity: { mode: dcp, dcp: { required: [] } }
gaiaX:
  mode: off # until there is a certificate
  legalName: Provider SAS
  legalAddress: { countryCode: FR, locality: Paris }
  registrationNumbers: [{ kind: vat-id, value: FR12345678901 }]
  ${environment.KONTOR_KEYS_KEEPER ? '' : 'key: { file: key.pem }'}
`,
  })
  const path = (name: string) => join(folder, name)
  const base = {
    KONTOR_MANAGEMENT_APIKEY: 'a-key-so-that-none-is-made',
    KONTOR_KEYS_PASSPHRASE: 'a passphrase for tests',
  }
  const all = { ...base, ...environment }
  const wordsOf = (words: readonly string[]) => ['gaia-x', ...words, '-c', path('kontor.yaml')]
  const run = (...words: string[]) => kontor(t, wordsOf(words), all)
  /** In a process of its own, at no terminal whatever the tests are run at. */
  const runAlone = (...words: string[]) => runCommand(t, wordsOf(words), all)
  const bring = async (name: string, text: string) => {
    writeFileSync(path(name), text)
    return path(name)
  }
  return { path, publicKey, pem, run, runAlone, bring, text: () => readFileSync(path('kontor.yaml'), 'utf8') }
}

const hosts = ['p.example']

const namesIn = ({ extensions }: x509.Pkcs10CertificateRequest): readonly string[] =>
  [...extensions].flatMap(each =>
    each instanceof x509.SubjectAlternativeNameExtension ? each.names.items.map(({ value }) => value) : [],
  )

t.test('a request for the key goes to a file or to standard output, and is for the host of the DID', async t => {
  const at = await desk(t)
  const { code, stdout, stderr } = await at.run('csr', '--host', 'data.p.example')
  t.equal(code, 0, stderr)
  const request = new x509.Pkcs10CertificateRequest(stdout)
  t.equal(await request.verify(), true)
  t.match(request.subject, /CN=p\.example/)
  const names = namesIn(request)
  t.strictSame(names, ['p.example', 'data.p.example'])
  t.match(stderr, signerOf('gaia-x', new Secret(at.pem)).kid)
  t.match(await at.run('csr', '--out', at.path('request.pem')), { code: 0, stdout: '' })
  t.match(readFileSync(at.path('request.pem'), 'utf8'), /^-----BEGIN CERTIFICATE REQUEST-----/)
})

t.test('a key in a KMS signs the request there', async t => {
  const kms = await startKms(t)
  if (kms === undefined) return void t.pass('left out: there is no KMS to be had here')
  const at = await desk(t, {
    KONTOR_DATABASE_URL: await testDatabaseUrl(t),
    KONTOR_KEYS_KEEPER: 'kms',
    KONTOR_KMS_URL: kms.url,
    KONTOR_KMS_REGION: kms.region,
    KONTOR_KMS_ACCESSKEY: kms.accessKey,
    KONTOR_KMS_SECRETKEY: kms.secretKey.reveal(),
    KONTOR_GAIAX_ALGORITHM: 'ES256',
  })
  const { code, stdout, stderr } = await at.run('csr')
  t.equal(code, 0, stderr)
  const request = new x509.Pkcs10CertificateRequest(stdout)
  t.equal(await request.verify(), true)
  const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), type: 'spki', format: 'der' })
  const file = await at.bring('chain.pem', await ca.chain(key, { hosts }))
  t.match(await at.run('certificate', file), { code: 0 })
})

t.test('a chain in any order is put into order and into effect', async t => {
  const at = await desk(t)
  const [leaf, ...others] = [await ca.leaf(at.publicKey, { hosts }), ca.root, ca.intermediate, otherCa.root]
  const files = [await at.bring('bundle.pem', others.join('')), await at.bring('leaf.pem', leaf ?? '')]
  const looked = await at.run('certificate', ...files)
  t.match(looked, { code: 0, stderr: /Put it into effect with --write/ }, looked.stderr)
  t.notOk(existsSync(at.path('gaia-x-certificates.pem')), 'looking changes nothing')

  const asked = await at.runAlone('certificate', ...files, '--write')
  t.match(asked, { code: 1, stderr: /say --yes\. Nothing was written/ })
  t.notMatch(at.text(), /certificates/)

  const { code, stderr } = await at.run('certificate', ...files, '--write', '--yes')
  t.equal(code, 0, stderr)
  t.equal(readFileSync(at.path('gaia-x-certificates.pem'), 'utf8'), `${leaf}${ca.intermediate}${ca.root}`)
  t.match(at.text(), /mode: on # until there is a certificate/)
  t.match(at.text(), /certificates: \.\/gaia-x-certificates\.pem/)
})

t.test('where more is missing the chain is kept, and the rest told', async t => {
  const at = await desk(t, { KONTOR_GAIAX_REGISTRATIONNUMBERS: '[]' })
  const file = await at.bring('chain.pem', await ca.chain(at.publicKey, { hosts }))
  const { code, stderr } = await at.run('certificate', file, '--write', '--yes')
  t.equal(code, 0, stderr)
  t.match(stderr, /registrationNumbers is missing/)
  t.match(at.text(), /mode: off/)
})

interface Wrong {
  readonly wishes?: Wishes
  readonly other?: boolean
  readonly files?: (leaf: string) => string
}

// biome-ignore format: a table is read by its columns
const wrongs: Readonly<Record<string, readonly [code: string, Wrong]>> = {
  'of another key':              [ 'chain-key',           { other: true }                                                  ],
  'without its intermediate':    [ 'chain-broken',        { files: leaf => leaf + ca.root }                                 ],
  'without its root':            [ 'chain-broken',        { files: leaf => leaf + ca.intermediate }                         ],
  'by a stranger of that name':  [ 'chain-broken',        { files: leaf => leaf + otherCa.intermediate + otherCa.root }     ],
  'that has expired':            [ 'chain-expired',       { wishes: { until: new Date(Date.now() - DAY) } }                 ],
  'that is not valid yet':       [ 'chain-not-yet-valid', { wishes: { from: new Date(Date.now() + DAY) } }                  ],
  'for another host':            [ 'chain-host',          { wishes: { hosts: ['q.example'] } }                              ],
}

t.test('a chain that would do harm does not go into effect, and is told why', async t => {
  const at = await desk(t)
  for (const [name, [code, { wishes, other, files }]] of Object.entries(wrongs)) {
    const leaf = await ca.leaf(other ? ecKey().publicKey : at.publicKey, { hosts, ...wishes })
    const file = await at.bring('chain.pem', files?.(leaf) ?? leaf + ca.intermediate + ca.root)
    const ended = await at.run('certificate', file, '--write', '--yes', '-o', 'json')
    t.equal(ended.code, 6, name)
    const checks: { code: string; result: string; message: string }[] = JSON.parse(ended.stdout)
    t.ok(
      checks.some(check => check.code === code && check.result === 'bad' && check.message !== ''),
      name,
    )
  }
  t.notMatch(at.text(), /certificates/)
})

t.test('a certificate that is not of extended validation is good for labs, which is said', async t => {
  const at = await desk(t)
  const file = await at.bring('chain.pem', await ca.chain(at.publicKey, { hosts, ev: false }))
  const { code, stdout } = await at.run('certificate', file)
  t.equal(code, 0)
  t.match(stdout, /EV +advice +.*extended validation/)
})

t.test('a root that is not among the anchors is no trusted one', async t => {
  const at = await desk(t)
  const file = await at.bring('chain.pem', await ca.chain(at.publicKey, { hosts }))
  t.match(await at.run('certificate', file), { code: 0, stdout: /trusted root +advice +Nobody has looked/ })
  await at.bring('kontor.yaml', `${at.text()}  trustAnchors: anchors.pem\n`)
  t.match(await at.run('certificate', file), { code: 6, stdout: /trusted root +bad/ })
})

t.test('what is no certificate is told as that', async t => {
  const at = await desk(t)
  t.match(await at.run('certificate', at.path('key.pem')), { code: 1, stderr: /has no certificates in PEM/ })
  t.match(await at.run('certificate', at.path('none.pem')), { code: 1, stderr: /cannot be read \(ENOENT\)/ })
})
