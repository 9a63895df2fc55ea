import { constants, type KeyObject, verify } from 'node:crypto'
import { type Element, oidOf, readAll, tags, within } from './der.ts'

/** What Node does not tell of a certificate (RFC 5280 §4.1). */
export interface CertificateParts {
  /** The issuer's and the subject's names, in DER. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** Its number, in DER. */
  readonly serial: Uint8Array
  readonly signedBy: SignatureAlgorithm | undefined
  readonly extensions: ReadonlyMap<string, Extension>
}

/** An extension, by its object identifier. */
export interface Extension {
  readonly critical: boolean
  readonly value: Element | undefined
}

/** The extensions that something here looks at (RFC 5280 §4.2, §5.2). */
export const oids = {
  keyUsage: '2.5.29.15',
  altNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  issuingPoint: '2.5.29.28',
  nameConstraints: '2.5.29.30',
  crlPoints: '2.5.29.31',
  policies: '2.5.29.32',
} as const

/** How a certificate or a list is signed. */
export interface SignatureAlgorithm {
  /** Null where the algorithm hashes by itself. */
  readonly digest: string | null
  readonly options: object
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
const plain = {}

/** The algorithms that are strong enough; SHA-1 and what is older can be forged. */
// biome-ignore format: a table is read by its columns
const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.11': { digest: 'sha256', options: plain },
  '1.2.840.113549.1.1.12': { digest: 'sha384', options: plain },
  '1.2.840.113549.1.1.13': { digest: 'sha512', options: plain },
  '1.2.840.10045.4.3.2':   { digest: 'sha256', options: plain },
  '1.2.840.10045.4.3.3':   { digest: 'sha384', options: plain },
  '1.2.840.10045.4.3.4':   { digest: 'sha512', options: plain },
  '1.3.101.112':           { digest: null,     options: plain },
  '1.3.101.113':           { digest: null,     options: plain },
}

const RSA_PSS = '1.2.840.113549.1.1.10'

const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** The algorithm that is named; undefined for one that is unknown, or too weak. */
export function algorithmIn(element: Element | undefined): SignatureAlgorithm | undefined {
  const [name, parameters] = within(element)
  if (oidOf(name) !== RSA_PSS) return algorithms[oidOf(name)]
  // Where no hash is named it is SHA-1 (RFC 4055 §3.1).
  const [hash] = within(
    within(parameters).find(({ tag }) => tag === 0xa0),
    0xa0,
  )
  const digest = hashes[oidOf(within(hash)[0])]
  return digest === undefined ? undefined : { digest, options: pss }
}

/** Takes a certificate apart. What is missing in it is empty: OpenSSL has read it before. */
export function readCertificateParts(certificate: Uint8Array): CertificateParts {
  const [whole] = readAll(certificate)
  const [body, algorithm] = within(whole)
  const members = within(body)
  // The version, in brackets, is left out in the first one.
  const [serial, , issuer, , subject] = members[0]?.tag === 0xa0 ? members.slice(1) : members
  const [list] = within(
    members.find(({ tag }) => tag === 0xa3),
    0xa3,
  )
  return {
    issuer: issuer?.bytes ?? new Uint8Array(),
    subject: subject?.bytes ?? new Uint8Array(),
    serial: serial?.bytes ?? new Uint8Array(),
    signedBy: algorithmIn(algorithm),
    extensions: readExtensions(list),
  }
}

/** The extensions in a list of them. */
export function readExtensions(list: Element | undefined): ReadonlyMap<string, Extension> {
  return new Map(
    within(list).map(extension => {
      const [name, ...rest] = within(extension)
      const critical = rest.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0)
      const octets = rest.find(({ tag }) => tag === tags.octets)
      return [oidOf(name), { critical, value: octets && readAll(octets.content)[0] }]
    }),
  )
}

/** Whether a certificate names a policy. */
export const hasPolicy = ({ extensions }: CertificateParts, policy: string): boolean =>
  within(extensions.get(oids.policies)?.value).some(each => oidOf(within(each)[0]) === policy)

/** Whether a key has signed some bytes, by the algorithm that is named beside them. */
export function isSignedBy(
  key: KeyObject,
  bytes: Uint8Array,
  { digest, options }: SignatureAlgorithm,
  signature: Element | undefined,
): boolean {
  if (signature?.tag !== tags.bits) return false
  try {
    // The first byte says how many bits of the last one do not count: none.
    return verify(digest, bytes, { key, ...options }, signature.content.subarray(1))
  } catch {
    return false
  }
}
