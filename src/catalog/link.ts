/** One link: its target in angle brackets, then its parameters (RFC 8288). */
const LINK = /<([^>]*)>([^<]*)/g
const RELATION = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i

/**
 * The target of the first link of that relation in a `Link` header, as an absolute URL; undefined if there is none, or
 * if it leads to another origin than the one it came from: what we show to one participant is not for the next.
 */
export function findLink(header: string | undefined, relation: string, base: string): string | undefined {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(LINK)) {
    const [, quoted, bare] = RELATION.exec(parameters) ?? []
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/)
    if (relations.includes(relation) && URL.canParse(target, base))
      return sameOrigin(new URL(target, base), new URL(base))
  }
  return undefined
}

const sameOrigin = (target: URL, base: URL): string | undefined =>
  target.origin === base.origin ? target.href : undefined
