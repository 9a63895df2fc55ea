/** The policy of certificates of extended validation (CA/Browser Forum). */
export const EV_POLICY = '2.23.140.1.1'

/** The extension that lists a certificate's policies (RFC 5280 §4.2.1.4). */
const POLICIES = '2.5.29.32'

/** A value in DER: its tag, and its content. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
}

const SEQUENCE = 0x30
const OID = 0x06
const OCTETS = 0x04

/**
 * Whether a certificate (DER) names a policy. Node reads all else of certificates for us, but not this. Nothing else in a certificate is an
 * extension with that name, and OpenSSL has taken the certificate apart before: a walk through it is enough.
 */
export function hasPolicy(certificate: Uint8Array, policy: string): boolean {
  const [whole] = readAll(certificate)
  const extension = whole && find(whole, ([name]) => name?.tag === OID && oidOf(name.content) === POLICIES)
  const value = extension?.find(({ tag }) => tag === OCTETS)
  const [list] = value ? readAll(value.content) : []
  if (list === undefined) return false
  return readAll(list.content).some(({ content }) => {
    const [name] = readAll(content)
    return name?.tag === OID && oidOf(name.content) === policy
  })
}

/** The members of the first sequence that fits. */
function find(element: Element, fits: (members: readonly Element[]) => boolean): readonly Element[] | undefined {
  // Constructed ones only: bit 6 of the tag.
  if ((element.tag & 0x20) === 0) return undefined
  const members = readAll(element.content)
  if (element.tag === SEQUENCE && fits(members)) return members
  for (const member of members) {
    const found = find(member, fits)
    if (found !== undefined) return found
  }
  return undefined
}

/** The values that follow each other; what cannot be read ends them. */
function readAll(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const { length, start } = readLength(bytes, at + 1)
    const end = start + length
    if (end > bytes.length) break
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end) })
    at = end
  }
  return elements
}

function readLength(bytes: Uint8Array, at: number): { length: number; start: number } {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { length: first, start: at + 1 }
  const count = first & 0x7f
  const length = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0)
  return { length: count === 0 || count > 4 ? Infinity : length, start: at + 1 + count }
}

function oidOf(content: Uint8Array): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - 40 * root, ...rest].join('.')
}
