import { badGateway } from '../errors.ts'
import { isJsonObject } from '../jsonld/index.ts'
import { type Chain, writeCertificates } from './certificates.ts'
import type { Services } from './services.ts'

/** What a registry is asked for: whom it trusts. */
export type Trusted = 'notary' | 'compliance'

/** How long its word is kept, ms. */
const KEEP = 3_600_000

/** Asks a registry; nothing is known without one. */
export interface Registry {
  /** The DIDs of those it trusts. */
  trustedIssuers(kind: Trusted): Promise<readonly string[]>
  /** Whether it takes a certificate chain, by its URL if it has one. Rejects with `conflict` and its reason if it does not. */
  checkChain(chain: Chain, x5u: string | undefined): Promise<void>
}

/** A registry as the settings name it; its lists are kept for an hour, and while it gives no answer. */
export function createRegistry({ services, now }: { services: Services; now: () => Date }): Registry {
  const kept = new Map<Trusted, { at: number; issuers: readonly string[] }>()

  async function fetchIssuers(kind: Trusted): Promise<readonly string[]> {
    const answer = await services.request('registry', { method: 'GET', path: `/v2/api/trusted-issuers/${kind}` })
    if (answer.status !== 200) throw services.refusalOf('registry', answer)
    return readIssuers(answer.body)
  }

  return {
    async trustedIssuers(kind) {
      if (services.urls.registry === undefined) return []
      const known = kept.get(kind)
      const at = now().getTime()
      if (known && Math.abs(at - known.at) < KEEP) return known.issuers
      try {
        const issuers = await fetchIssuers(kind)
        kept.set(kind, { at, issuers })
        return issuers
      } catch (error) {
        if (known) return known.issuers
        throw error
      }
    },
    async checkChain(chain, x5u) {
      const answer = await services.request('registry', {
        method: 'POST',
        path: `/v2/api/trustAnchor/chain${x5u === undefined ? '' : '/file'}`,
        body: x5u === undefined ? { certs: writeCertificates(chain) } : { uri: x5u },
      })
      if (answer.status !== 200 || !isJsonObject(answer.body) || answer.body.result !== true)
        throw services.refusalOf('registry', answer)
    },
  }
}

/** A list of DIDs, or of objects that have one; hosts are what some write instead of a `did:web`. */
function readIssuers(body: unknown): readonly string[] {
  const entries = isJsonObject(body) ? body.issuers : body
  // To read it as "nobody" would refuse, for an hour, everybody whom it trusts.
  if (!Array.isArray(entries)) throw badGateway('The registry answered with something else than a list of issuers.')
  return entries
    .map(entry => (isJsonObject(entry) ? (entry.did ?? entry.id ?? entry.url) : entry))
    .filter(entry => typeof entry === 'string')
    .map(didOf)
}

const didOf = (text: string): string =>
  text.startsWith('did:') || !URL.canParse(text)
    ? text
    : `did:web:${encodeURIComponent(new URL(text).host)}${new URL(text).pathname.replace(/\/+$/, '').replaceAll('/', ':')}`
