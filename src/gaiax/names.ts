import { type Element, readAll, sameBytes, within } from './der.ts'
import { type CertificateParts, oids } from './x509.ts'

/** The kinds of names that constraints are about (RFC 5280 §4.2.1.6), by their tags. */
const kinds = { dns: 0x82, directory: 0xa4, address: 0x87 } as const

/** One name of whoever a certificate is for. */
interface Name {
  readonly tag: number
  readonly content: Uint8Array
}

/**
 * Whether what a certificate is for is within what the authorities above it may certify (RFC 5280 §4.2.1.10). A name of a kind that is
 * constrained and that we cannot compare is outside.
 */
export function isWithinConstraints(certificate: CertificateParts, authority: CertificateParts): boolean {
  const extension = authority.extensions.get(oids.nameConstraints)
  if (extension === undefined) return true
  const parts = within(extension.value)
  if (parts.length === 0) return false
  const basesIn = (tag: number) =>
    within(
      parts.find(each => each.tag === tag),
      tag,
    ).flatMap(each => within(each)[0] ?? [])
  const [permitted, excluded] = [basesIn(0xa0), basesIn(0xa1)]
  return namesOf(certificate).every(name => {
    const among = (bases: readonly Element[]) => bases.filter(({ tag }) => tag === name.tag)
    const allowed = among(permitted)
    const isAllowed = allowed.length === 0 || allowed.some(base => isUnder(name, base) === true)
    return isAllowed && among(excluded).every(base => isUnder(name, base, 'also above') === false)
  })
}

function namesOf({ subject, extensions }: CertificateParts): readonly Name[] {
  const [directory] = readAll(subject)
  const named = directory && directory.content.length > 0 ? [{ tag: kinds.directory, content: subject }] : []
  return [...named, ...within(extensions.get(oids.altNames)?.value)]
}

/** Whether a name lies in the tree below another; undefined if that cannot be told. `also above`: or the other way round, by way of a wildcard. */
function isUnder({ tag, content }: Name, base: Element, wildcards?: 'also above'): boolean | undefined {
  if (tag === kinds.dns) return isDomainUnder(text(content), text(base.content), wildcards !== undefined)
  if (tag === kinds.address) return isInNet(content, base.content)
  if (tag === kinds.directory) return beginsWith(content, base.content)
  return undefined
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').toLowerCase()

function isDomainUnder(name: string, base: string, alsoAbove: boolean): boolean {
  const tree = base.replace(/^\./, '')
  const plain = name.replace(/^\*\./, '')
  const under = (one: string, other: string) => other === '' || one === other || one.endsWith(`.${other}`)
  if (base.startsWith('.') && name === tree) return false
  return under(plain, tree) || (alsoAbove && name !== plain && under(tree, plain))
}

/** The base is an address and its mask. */
const isInNet = (address: Uint8Array, base: Uint8Array): boolean | undefined =>
  base.length === address.length * 2
    ? address.every(
        (byte, at) =>
          (byte & (base[address.length + at] ?? 0)) === ((base[at] ?? 0) & (base[address.length + at] ?? 0)),
      )
    : base.length === 8 || base.length === 32
      ? false
      : undefined

/** Each piece of the base stands at the same place of the name. */
function beginsWith(name: Uint8Array, base: Uint8Array): boolean {
  const pieces = (bytes: Uint8Array) => within(readAll(bytes)[0])
  const given = pieces(name)
  return pieces(base).every((piece, at) => sameBytes(piece.bytes, given[at]?.bytes ?? new Uint8Array()))
}
