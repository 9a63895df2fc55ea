import type { X509Certificate } from 'node:crypto'
import { type Element, readAll, sameBytes, tags, timeOf, within } from './der.ts'
import { algorithmIn, type CertificateParts, isSignedBy, oids, readCertificateParts, readExtensions } from './x509.ts'

/** What a list of revocations says of one certificate. */
export interface Said {
  readonly revoked: boolean
  /** Until when, ms since 1970. */
  readonly until: number
}

/** Where an authority says that its list is (RFC 5280 §4.2.1.13): only lists about everything, by the authority itself. */
export function crlUrlsOf({ extensions }: CertificateParts): readonly string[] {
  return within(extensions.get(oids.crlPoints)?.value).flatMap(point => {
    const parts = within(point)
    return parts.some(({ tag }) => tag !== 0xa0) ? [] : urlsIn(parts[0])
  })
}

/** The URLs in a DistributionPointName. */
function urlsIn(name: Element | undefined): readonly string[] {
  const [full] = within(name, 0xa0)
  return within(full, 0xa0)
    .filter(({ tag }) => tag === 0x86)
    .map(({ content }) => Buffer.from(content).toString('latin1'))
    .filter(url => /^https?:/i.test(url))
}

/**
 * Reads what a list (RFC 5280 §5, DER or PEM) says of a certificate. Throws an Error with the reason for a list that says nothing of it: by somebody
 * else, not signed, outdated, about others, or with an extension that may change what it means.
 */
export function readCrl(
  list: Buffer,
  { of, issuer, url, now }: { of: X509Certificate; issuer: X509Certificate; url: string; now: Date },
): Said {
  const [whole] = readAll(fromPem(list))
  const [body, algorithm, signature] = within(whole)
  const members = within(body)
  // The version is left out in the first one.
  const [, name, from, to] = members[0]?.tag === tags.integer ? members.slice(1) : members
  const parts = readCertificateParts(of.raw)
  if (body === undefined || name === undefined) throw new Error('it is no list of revocations')
  if (!sameBytes(name.bytes, parts.issuer)) throw new Error('it is by another authority')
  const kind = algorithmIn(algorithm)
  if (kind === undefined || !isSignedBy(issuer.publicKey, body.bytes, kind, signature))
    throw new Error('its signature is not that of the authority')
  const [begins, until] = [timeOf(from), timeOf(to)]
  if (begins === undefined || begins - LEEWAY > now.getTime()) throw new Error('it is of a time to come')
  if (until === undefined || until + LEEWAY <= now.getTime()) throw new Error('it is outdated')
  demandComplete(members, { url, isAuthority: of.ca })
  const revoked = members.find(({ tag }, at) => tag === tags.sequence && at > members.indexOf(to ?? body))
  return { revoked: isIn(revoked, parts.serial), until }
}

/** A list may have a hundred thousand entries: only one in which these bytes are somewhere is gone through. */
const isIn = (list: Element | undefined, serial: Uint8Array): boolean =>
  list !== undefined &&
  Buffer.from(list.content.buffer, list.content.byteOffset, list.content.length).includes(Buffer.from(serial)) &&
  within(list).some(entry => sameBytes(within(entry)[0]?.bytes ?? new Uint8Array(), serial))

/** The clocks of others may differ so much, ms. */
const LEEWAY = 60_000

/** What is no PEM is DER. */
function fromPem(list: Buffer): Buffer {
  if (!list.subarray(0, 5).equals(Buffer.from('-----'))) return list
  return Buffer.from(list.toString('latin1').replace(/-----[^-]*-----|\s/g, ''), 'base64')
}

/** A list may be one of many that share the certificates of an authority among them: then it must be the one that the certificate names. */
function demandComplete(
  members: readonly Element[],
  { url, isAuthority }: { url: string; isAuthority: boolean },
): void {
  const [extensions] = within(
    members.find(({ tag }) => tag === 0xa0),
    0xa0,
  )
  for (const [oid, { critical, value }] of readExtensions(extensions)) {
    if (oid !== oids.issuingPoint) {
      if (critical) throw new Error('it has a critical extension that is not known here')
      continue
    }
    const parts = within(value)
    const [point] = parts.filter(({ tag }) => tag === 0xa0)
    const says = (tag: number) => parts.some(each => each.tag === tag && each.content[0] !== 0)
    if (point !== undefined && !urlsIn(point).includes(url)) throw new Error('it is about other certificates')
    if (says(isAuthority ? 0x81 : 0x82)) throw new Error('it is about other certificates')
    if (parts.some(({ tag }) => tag === 0x83) || says(0x84) || says(0x85))
      throw new Error('it does not tell of all revocations')
  }
}
