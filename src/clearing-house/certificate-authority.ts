import 'reflect-metadata'
import { createPublicKey, type JsonWebKey, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** That the CA/Browser Forum's rules for extended validation were kept. */
export const EV_POLICY = '2.23.140.1.1'

const DAY = 86_400_000
const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** What a certificate is made from. */
export interface Order {
  /** Of the one who gets it. */
  readonly publicKey: JsonWebKey
  /** Hosts, DNS names or IP addresses, for which it stands. */
  readonly hosts: readonly string[]
  /** Whether it says that extended validation took place; it does, unless told otherwise. */
  readonly extended?: boolean
  /** Default: a year from now. */
  readonly notAfter?: Date
}

interface Party {
  readonly certificate: x509.X509Certificate
  readonly keys: CryptoKeyPair
}
type CryptoKeyPair = webcrypto.CryptoKeyPair

/** A certificate authority of three floors: a root, an intermediate below it, and leaves for whoever asks. */
export type CertificateAuthority = Awaited<ReturnType<typeof openAuthority>>

/** Makes an authority with fresh keys, whose lists of revocations are found below a URL. */
export async function openAuthority(now: () => Date, url: string) {
  x509.cryptoProvider.set(globalThis.crypto)
  const root = await certify('Lab Root', { days: 3650, issuer: undefined, now, list: undefined })
  const intermediate = await certify('Lab Intermediate', {
    days: 1825,
    issuer: root,
    now,
    list: `${url}/root-revocations.crl`,
  })
  const above = [intermediate.certificate, root.certificate].map(certificate => certificate.toString('pem'))
  const revoked = new Map<string, Date>()

  return {
    /** The root, in PEM: what a trust anchor list has in it. */
    anchor: root.certificate.toString('pem'),

    /** A chain in PEM for a key: its leaf, the intermediate, the root. */
    async issue({ publicKey, hosts, extended = true, notAfter }: Order): Promise<string> {
      const from = now()
      const leaf = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: `O=Kontor Lab, CN=${hosts[0] ?? 'nobody'}`,
        issuer: intermediate.certificate.subject,
        notBefore: new Date(from.getTime() - 60_000),
        notAfter: notAfter ?? new Date(from.getTime() + 365 * DAY),
        publicKey: new x509.PublicKey(
          createPublicKey({ key: publicKey, format: 'jwk' }).export({ type: 'spki', format: 'der' }),
        ),
        signingKey: intermediate.keys.privateKey,
        signingAlgorithm: CURVE,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.SubjectAlternativeNameExtension(
            hosts.map(value => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(intermediate.keys.publicKey),
          new x509.CRLDistributionPointsExtension([`${url}/revocations.crl`]),
          ...(extended ? [new x509.CertificatePolicyExtension([EV_POLICY])] : []),
        ],
      })
      return [leaf.toString('pem'), ...above].join('\n')
    },

    /** Takes a certificate back. */
    revoke(serialNumber: string): void {
      revoked.set(serialNumber.toLowerCase(), now())
    },

    isRevoked: (serialNumber: string): boolean => revoked.has(serialNumber.toLowerCase()),

    /** The list of what each of both has taken back. */
    async revocations(by: 'intermediate' | 'root' = 'intermediate'): Promise<x509.X509Crl> {
      const { certificate, keys } = { intermediate, root }[by]
      return x509.X509CrlGenerator.create({
        issuer: certificate.subject,
        thisUpdate: now(),
        nextUpdate: new Date(now().getTime() + DAY),
        signingAlgorithm: CURVE,
        signingKey: keys.privateKey,
        entries: [...revoked].map(([serialNumber, revocationDate]) => ({ serialNumber, revocationDate })),
      })
    },
  }
}

async function certify(
  name: string,
  { days, issuer, now, list }: { days: number; issuer: Party | undefined; now: () => Date; list: string | undefined },
): Promise<Party> {
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
  const subject = `C=EU, O=Kontor Lab, CN=${name}`
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore: new Date(now().getTime() - 3_600_000),
    notAfter: new Date(now().getTime() + days * DAY),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, issuer ? 0 : 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)] : []),
      ...(list === undefined ? [] : [new x509.CRLDistributionPointsExtension([list])]),
    ],
  })
  return { certificate, keys }
}

/** Positive and random, as the standard wants it. */
const serial = (): string => `4${randomBytes(15).toString('hex').slice(1)}`
