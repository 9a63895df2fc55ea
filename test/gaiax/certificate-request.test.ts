import { spawnSync } from 'node:child_process'
import { constants, createPrivateKey, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import t, { type Test } from 'tap'
import { Secret } from '../../src/config/index.ts'
import { certificateRequest } from '../../src/gaiax/index.ts'
import { type Signer, signerOf } from '../../src/keys/index.ts'
import { remoteSigner } from '../../src/keys/remote.ts'
import { ecKey, rsaKey } from './authority.ts'

const subject = {
  legalName: 'Provider & Söhne SAS',
  countryCode: 'FR',
  region: 'Île-de-France',
  locality: 'Paris',
  hosts: ['connector.p.example', 'p.example', '127.0.0.1'],
}

const local = (pem: string): Signer => signerOf('gaia-x', new Secret(pem))

/** A key that is somewhere else: what is asked of it is the signature of some bytes, and nothing more. */
const elsewhere = (pem: string): Signer => {
  const key = createPrivateKey(pem)
  const options = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    dsaEncoding: 'ieee-p1363',
  } as const
  return remoteSigner(local(pem).publicJwk, async bytes => sign('sha256', bytes, { key, ...options }))
}

const [ec, rsa] = [ecKey(), rsaKey()]

// biome-ignore format: a table is read by its columns
const signers: Readonly<Record<string, Signer>> = {
  'a key on P-256 at hand':    local(ec.pem),
  'an RSA key at hand':        local(rsa.pem),
  'a key on P-256 elsewhere':  elsewhere(ec.pem),
  'an RSA key elsewhere':      elsewhere(rsa.pem),
}

const namesIn = ({ extensions }: x509.Pkcs10CertificateRequest): readonly string[] =>
  [...extensions].flatMap(each =>
    each instanceof x509.SubjectAlternativeNameExtension ? each.names.items.map(({ value }) => value) : [],
  )

/** A tool that most machines have. */
const OPENSSL = 'openssl'

function openssl(t: Test, words: readonly string[]): string | undefined {
  const { error, stdout, stderr, status } = spawnSync(OPENSSL, words, { encoding: 'utf8' })
  if (error !== undefined) return undefined
  t.equal(status, 0, stderr)
  return stdout + stderr
}

for (const [name, signer] of Object.entries(signers)) {
  t.test(`OpenSSL takes a certificate request by ${name}`, async t => {
    const file = join(t.testdir({}), 'request.pem')
    writeFileSync(file, await certificateRequest(signer, subject))
    const told = openssl(t, ['req', '-in', file, '-noout', '-verify', '-text', '-nameopt', 'utf8,sep_comma_plus'])
    if (told === undefined) return void t.pass('left out: openssl is not there')
    t.match(told, /verify OK/)
    t.match(told, /Subject: C=FR,ST=Île-de-France,L=Paris,O=Provider & Söhne SAS,CN=connector\.p\.example/)
    t.match(told, /DNS:connector\.p\.example, DNS:p\.example, IP Address:127\.0\.0\.1/)
  })

  t.test(`another library takes a certificate request by ${name}`, async t => {
    x509.cryptoProvider.set(globalThis.crypto)
    const request = new x509.Pkcs10CertificateRequest(await certificateRequest(signer, subject))
    t.equal(await request.verify(), true)
    t.strictSame(namesIn(request), subject.hosts)
  })
}

t.test('a request that somebody has changed is not believed', async t => {
  x509.cryptoProvider.set(globalThis.crypto)
  const pem = await certificateRequest(local(ec.pem), subject)
  const bytes = Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64')
  const at = bytes.indexOf('p.example')
  bytes.write('q', at)
  t.equal(await new x509.Pkcs10CertificateRequest(bytes).verify(), false)
})

t.test('a name that is longer than a certificate may have it is left to the authority', async t => {
  const pem = await certificateRequest(local(ec.pem), { ...subject, legalName: 'x'.repeat(65) })
  const request = new x509.Pkcs10CertificateRequest(pem)
  t.notMatch(request.subject, /O=/)
})

for (const host of ['*.p.example', 'p_.example', '', '::1', 'p.example\u0000.evil.example'])
  t.test(`${JSON.stringify(host)} is no host to be certified`, async t => {
    await t.rejects(certificateRequest(local(ec.pem), { ...subject, hosts: [host] }), { code: 'invalid' })
  })

t.test('it is for the key that signs it', async t => {
  const request = new x509.Pkcs10CertificateRequest(await certificateRequest(local(ec.pem), subject))
  t.ok(Buffer.from(request.publicKey.rawData).equals(ec.publicKey.export({ type: 'spki', format: 'der' })))
})
