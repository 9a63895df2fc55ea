import 'reflect-metadata'
import { generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(globalThis.crypto)

const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000

/** How a certificate differs from what everybody gets. */
export interface Wishes {
  readonly hosts?: readonly string[]
  readonly ev?: boolean
  readonly from?: Date
  readonly until?: Date
}

/** A root and an intermediate, and leaves for whoever asks. */
export async function certificateAuthority(name = 'Test') {
  const keysOf = () => webcrypto.subtle.generateKey(ec, true, ['sign', 'verify'])
  const authority = async (
    subject: string,
    above?: { certificate: x509.X509Certificate; keys: webcrypto.CryptoKeyPair },
  ) => {
    const keys = await keysOf()
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(8).toString('hex').slice(1)}`,
      subject,
      issuer: above?.certificate.subject ?? subject,
      notBefore: new Date(Date.now() - 400 * DAY),
      notAfter: new Date(Date.now() + 4_000 * DAY),
      publicKey: keys.publicKey,
      signingKey: (above ?? { keys }).keys.privateKey,
      signingAlgorithm: ec,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    })
    return { certificate, keys }
  }
  const root = await authority(`CN=${name} Root`)
  const intermediate = await authority(`CN=${name} Intermediate`, root)
  const pem = (certificate: x509.X509Certificate) => `${certificate.toString('pem')}\n`

  async function leafFor(
    publicKey: KeyObject,
    { hosts = ['localhost', '127.0.0.1'], ev = true, from, until }: Wishes = {},
  ) {
    return x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(8).toString('hex').slice(1)}`,
      subject: 'CN=leaf',
      issuer: intermediate.certificate.subject,
      notBefore: from ?? new Date(Date.now() - DAY),
      notAfter: until ?? new Date(Date.now() + 3_000 * DAY),
      publicKey: new x509.PublicKey(publicKey.export({ type: 'spki', format: 'der' })),
      signingKey: intermediate.keys.privateKey,
      signingAlgorithm: ec,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.SubjectAlternativeNameExtension(hosts.map(value => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
        ...(ev ? [new x509.CertificatePolicyExtension(['2.23.140.1.1'])] : []),
      ],
    })
  }

  return {
    root: pem(root.certificate),
    intermediate: pem(intermediate.certificate),
    leaf: async (publicKey: KeyObject, wishes?: Wishes) => pem(await leafFor(publicKey, wishes)),
    chain: async (publicKey: KeyObject, wishes?: Wishes) =>
      pem(await leafFor(publicKey, wishes)) + pem(intermediate.certificate) + pem(root.certificate),
  }
}

export type Authority = Awaited<ReturnType<typeof certificateAuthority>>

/** A key pair as an operator has it. */
export function rsaKey(bits = 3_072) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return { publicKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** The same on P-256: made in no time. */
export function ecKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { publicKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}
