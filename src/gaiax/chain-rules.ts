import type { X509Certificate } from 'node:crypto'
import { sameBytes, tags, within } from './der.ts'
import { isWithinConstraints } from './names.ts'
import { type CertificateParts, oids, readCertificateParts } from './x509.ts'

/** RFC 7518 §3.5, bits. */
const smallestModulus = 2_048

/** What of a chain could be forged; undefined if nothing. A root is believed because it is known, not for its signature. */
export function weaknessOf(chain: readonly X509Certificate[]): string | undefined {
  for (const certificate of chain) {
    const parts = readCertificateParts(certificate.raw)
    if (!isSelfIssued(parts) && parts.signedBy === undefined)
      return 'A certificate in the chain is signed by an algorithm that is not known to be strong.'
    const { asymmetricKeyDetails } = certificate.publicKey
    if ((asymmetricKeyDetails?.modulusLength ?? Infinity) < smallestModulus)
      return `A certificate in the chain has a key of less than ${smallestModulus} bits.`
  }
  return undefined
}

/** What an authority in the chain was not allowed to certify, or what nobody can say whether it was (RFC 5280 §6.1); undefined if all is well. */
export function breachOf(chain: readonly X509Certificate[]): string | undefined {
  const all = chain.map(({ raw }) => readCertificateParts(raw))
  const [leaf] = all
  if (all.some(({ extensions }) => [...extensions].some(([oid, { critical }]) => critical && !known.has(oid))))
    return 'A certificate in the chain has a critical extension that is not known here.'
  if (leaf && !maySign(leaf)) return 'The first certificate is for a key that must not sign.'
  for (const [at, authority] of all.entries()) {
    const below = all.slice(0, at)
    // Those that an authority has issued to itself, with a new key, count for nothing.
    const between = below.slice(1).filter(each => !isSelfIssued(each))
    if (at > 0 && between.length > pathLengthOf(authority))
      return 'A certificate in the chain has more authorities below it than it allows.'
    const named = below.filter((each, place) => place === 0 || !isSelfIssued(each))
    if (!named.every(each => isWithinConstraints(each, authority)))
      return 'An authority in the chain must not certify this name.'
  }
  return undefined
}

/** Extensions that are looked at, here or by OpenSSL, or that may be critical and say nothing about our question. */
const known: ReadonlySet<string> = new Set([
  oids.keyUsage,
  oids.altNames,
  oids.basicConstraints,
  oids.nameConstraints,
  oids.policies,
  // The key's other uses: that it is for signatures of TLS says nothing against others.
  '2.5.29.37',
])

const isSelfIssued = ({ issuer, subject }: CertificateParts): boolean => sameBytes(issuer, subject)

/** Digital signature is the first bit; a key whose use nobody limits is for all. */
function maySign({ extensions }: CertificateParts): boolean {
  const usage = extensions.get(oids.keyUsage)?.value
  return usage === undefined || (usage.tag === tags.bits && ((usage.content[1] ?? 0) & 0x80) !== 0)
}

function pathLengthOf({ extensions }: CertificateParts): number {
  const length = within(extensions.get(oids.basicConstraints)?.value).find(({ tag }) => tag === tags.integer)
  return length === undefined ? Infinity : Number.parseInt(Buffer.from(length.content).toString('hex'), 16)
}
