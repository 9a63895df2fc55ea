import 'reflect-metadata'
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { calculateJwkThumbprint } from 'jose'
import { EV_POLICY } from './certificate-authority.ts'
import { against } from './refusal.ts'

/** More certificates than any chain has. */
const LONGEST = 6

/** What a chain is held against. */
export interface Anchors {
  /** Roots in PEM. */
  readonly roots: readonly string[]
  /** Whether only certificates count whose holders were looked at with extended validation. */
  readonly evOnly: boolean
  isRevoked(serialNumber: string): boolean
}

const refuse = (where: string, message: string) => against('certificate chain', where, message)

/**
 * Holds a chain in PEM (leaf, intermediates, root) against the anchors, and gives its leaf. Throws a 409 that says what is wrong with it.
 */
export async function checkChain(pem: string, anchors: Anchors, now: Date): Promise<x509.X509Certificate> {
  const chain = read(pem)
  const leaf = chain[0]
  const root = chain.at(-1)
  if (!leaf || !root || chain.length < 2)
    throw refuse('x5u', 'it must hold the leaf, all intermediates and the self-signed root, in PEM')
  for (const [index, certificate] of chain.entries())
    await checkLink(certificate, { above: chain[index + 1] ?? certificate, below: index, now })
  const anchor = anchors.roots.map(text => new x509.X509Certificate(text)).find(each => each.equal(root))
  if (!anchor) throw refuse(root.subject, 'its root is not among the trust anchors')
  if (anchors.isRevoked(leaf.serialNumber)) throw refuse(leaf.subject, 'the certificate has been revoked')
  if (anchors.evOnly && !policiesOf(leaf).includes(EV_POLICY))
    throw refuse(leaf.subject, `the leaf lacks the policy ${EV_POLICY} (extended validation)`)
  return leaf
}

async function checkLink(
  certificate: x509.X509Certificate,
  { above, below, now }: { above: x509.X509Certificate; below: number; now: Date },
): Promise<void> {
  const { subject, issuer, notBefore, notAfter } = certificate
  if (issuer !== above.subject)
    throw refuse(
      subject,
      above === certificate ? 'the root is not self-signed' : `it is issued by ${issuer}, which does not follow`,
    )
  if (!(await certificate.verify({ publicKey: above.publicKey, signatureOnly: true })))
    throw refuse(subject, `the signature is not that of ${above.subject}`)
  if (now < notBefore) throw refuse(subject, `it is valid only from ${notBefore.toISOString()}`)
  if (now > notAfter) throw refuse(subject, `it has expired at ${notAfter.toISOString()}`)
  const constraints = certificate.getExtension(x509.BasicConstraintsExtension)
  if (below === 0) {
    if (constraints?.ca === true) throw refuse(subject, 'the leaf is an authority itself')
    return
  }
  if (constraints?.ca !== true) throw refuse(subject, 'it stands above another, and is no authority')
  if (constraints.pathLength !== undefined && constraints.pathLength < below - 1)
    throw refuse(subject, 'there are more authorities below it than it allows')
  const usages = certificate.getExtension(x509.KeyUsagesExtension)?.usages
  if (usages !== undefined && (usages & x509.KeyUsageFlags.keyCertSign) === 0)
    throw refuse(subject, 'it may not sign certificates')
}

/** Throws a 409 unless the leaf stands for a host and has this very key. */
export async function checkLeaf(leaf: x509.X509Certificate, host: string, key: JsonWebKey): Promise<void> {
  const names = leaf.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []
  const kind = isIP(host) === 0 ? 'dns' : 'ip'
  if (!names.some(({ type, value }) => type === kind && covers(value, host)))
    throw refuse(leaf.subject, `it does not stand for the host ${host}`)
  const held = createPublicKey({ key: Buffer.from(leaf.publicKey.rawData), format: 'der', type: 'spki' })
  const [ofLeaf, ofDocument] = await Promise.all([
    calculateJwkThumbprint(held.export({ format: 'jwk' }) as Parameters<typeof calculateJwkThumbprint>[0]),
    calculateJwkThumbprint(key as Parameters<typeof calculateJwkThumbprint>[0]),
  ])
  if (ofLeaf !== ofDocument) throw refuse(leaf.subject, 'it is for another key than the DID document has')
}

/** A wildcard stands for one label. */
function covers(name: string, host: string): boolean {
  const [given, asked] = [name.toLowerCase(), host.toLowerCase()]
  return given === asked || (given.startsWith('*.') && asked.replace(/^[^.]+/, '*') === given)
}

const policiesOf = (certificate: x509.X509Certificate): readonly string[] =>
  certificate.getExtension(x509.CertificatePolicyExtension)?.policies ?? []

function read(pem: string): readonly x509.X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length > LONGEST) throw refuse('x5u', `it has more than ${LONGEST} certificates`)
  try {
    return blocks.map(block => new x509.X509Certificate(block))
  } catch {
    throw refuse('x5u', 'it has something in it that is no certificate')
  }
}
