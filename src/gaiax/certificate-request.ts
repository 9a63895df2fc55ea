import { createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import { invalid } from '../errors.ts'
import type { Signer } from '../keys/index.ts'
import {
  bits,
  explicit,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  printable,
  sequence,
  set,
  utf8,
} from './encode-der.ts'

/** Who asks for a certificate, and for which hosts. */
export interface RequestedSubject {
  readonly legalName: string | undefined
  readonly countryCode: string | undefined
  readonly region: string | undefined
  readonly locality: string | undefined
  /** The first one is the name that people read. */
  readonly hosts: readonly string[]
}

/**
 * A certificate request (PKCS #10, RFC 2986) in PEM, which proves that we have the key. It is signed by whatever signs our credentials, a KMS
 * too; so an RSA key signs it by RSASSA-PSS (RFC 4055), as it signs everything. Throws `invalid` for a host that can be in no certificate.
 */
export async function certificateRequest(signer: Signer, subject: RequestedSubject): Promise<string> {
  const key = createPublicKey({ key: { ...signer.publicJwk }, format: 'jwk' })
  const request = sequence(
    integer(Buffer.from([0])),
    nameOf(subject),
    key.export({ type: 'spki', format: 'der' }),
    explicit(0, sequence(oid(EXTENSION_REQUEST), set(sequence(hostsOf(subject.hosts))))),
  )
  const { algorithm, signature } = schemeOf(signer)
  const signed = sequence(request, algorithm, bits(signature(await signer.sign(request))))
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`
}

/** PKCS #9: the extensions that the certificate is wanted to have. */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'

/** The longest that a name in a certificate may be (RFC 5280, appendix A.1); a longer one is left to the authority to write. */
const LONGEST = 64

/** The parts of a name, from the large to the small. */
function nameOf({ legalName, countryCode, region, locality, hosts }: RequestedSubject): Buffer {
  // biome-ignore format: a table is read by its columns
  const parts = [
    [ '2.5.4.6',  countryCode, printable ],
    [ '2.5.4.8',  region,      utf8      ],
    [ '2.5.4.7',  locality,    utf8      ],
    [ '2.5.4.10', legalName,   utf8      ],
    [ '2.5.4.3',  hosts[0],    utf8      ],
  ] as const
  return sequence(
    ...parts.flatMap(([type, value, write]) =>
      value !== undefined && value.length <= LONGEST ? [set(sequence(oid(type), write(value)))] : [],
    ),
  )
}

const hostsOf = (hosts: readonly string[]): Buffer =>
  sequence(oid(SUBJECT_ALTERNATIVE_NAME), octets(sequence(...hosts.map(hostName))))

function hostName(host: string): Buffer {
  if (isIP(host) === 4) return implicit(7, Buffer.from(host.split('.').map(Number)))
  if (isIP(host) !== 0 || !/^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(host))
    throw invalid(
      `${JSON.stringify(host)} is no host that a certificate can be for: give a DNS name or an IPv4 address.`,
    )
  return implicit(2, Buffer.from(host))
}

/** How a request says by which algorithm it is signed, and how it writes the signature. */
function schemeOf({ algorithm }: Signer): { algorithm: Buffer; signature: (raw: Uint8Array) => Uint8Array } {
  if (algorithm === 'PS256') return { algorithm: PSS, signature: raw => raw }
  if (algorithm === 'ES256') return { algorithm: sequence(oid('1.2.840.10045.4.3.2')), signature: ecdsa }
  throw invalid(`Keys for Gaia-X are by PS256 or ES256, not by ${algorithm}.`)
}

/** JOSE writes both numbers one after the other, certificates as a sequence (RFC 3279 §2.2.3). */
function ecdsa(raw: Uint8Array): Buffer {
  const half = raw.length / 2
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)))
}

const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing)

/** RSASSA-PSS with SHA-256, its mask by the same, and a salt of 32 bytes: what PS256 is (RFC 7518 §3.5). */
const PSS = sequence(
  oid('1.2.840.113549.1.1.10'),
  sequence(
    explicit(0, SHA256),
    explicit(1, sequence(oid('1.2.840.113549.1.1.8'), SHA256)),
    explicit(2, integer(Buffer.from([32]))),
  ),
)
