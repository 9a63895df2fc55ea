import type { Config } from '../../config/types.ts'
import { badGateway, conflict, forbidden, type KontorError } from '../../errors.ts'
import { type Client, createClient, createGuard } from '../../http/index.ts'
import { isJsonObject } from '../../jsonld/index.ts'
import { readable } from '../services.ts'
import { createAccessTokens } from './token.ts'

/**
 * A catalogue as others run it. Throws `conflict` when it does not take this credential, `forbidden` when it takes none of us, `bad-gateway`
 * when it does not answer as it should: the first is that credential's fault, the others hold for all.
 */
export interface CatalogueClient {
  /** Adds a credential, or puts it in the place of the former one about the same subject. */
  bring(jwt: string): Promise<void>
  /** Takes back what is there about a subject; nothing happens where there is nothing. */
  remove(subject: string): Promise<void>
  close(): void
}

/** For one answer, ms: it resolves our DID document and fetches our certificates before. */
const TIMEOUT = 30_000
/** It answers with what it has kept, bytes. */
const MOST_BYTES = 1_048_576

/** Speaks with an Eclipse XFSC Federated Catalogue (`/assets`, as it is since version 2). It may be called wherever it is. */
export function createCatalogueClient({
  settings,
  allow,
  now,
}: {
  settings: Config['gaiaX']['catalogue'] & { readonly url: string }
  allow: readonly string[]
  now: () => Date
}): CatalogueClient {
  const named = [settings.url, ...(settings.tokenUrl === undefined ? [] : [settings.tokenUrl])]
  const hosts = named.map(url => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'))
  const client = createClient({
    guard: createGuard({ allow: [...allow, ...hosts] }),
    timeout: TIMEOUT,
    maxResponse: MOST_BYTES,
  })
  const tokens = createAccessTokens({ settings, request: client.request, now })
  const base = settings.url.replace(/\/+$/, '')

  async function send(order: Omit<Parameters<Client['request']>[0], 'url'> & { path: string }): Promise<void> {
    const { path, headers, ...rest } = order
    const attempt = async () =>
      client.request({
        ...rest,
        url: `${base}${path}`,
        headers: { ...headers, accept: 'application/json', authorization: await tokens.header() },
      })
    let answer = await attempt()
    // It may have been taken back before its time.
    if (answer.status === 401 && tokens.forget()) answer = await attempt()
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer)
  }

  return {
    bring: jwt =>
      send({ method: 'POST', path: '/assets', headers: { 'content-type': 'application/vc+jwt' }, text: jwt }),
    remove: subject => send({ method: 'DELETE', path: `/assets/by-id/${encodeURIComponent(subject)}` }),
    close: client.close,
  }
}

/** What each refusal means for whoever has to mend it. */
const remedies: Readonly<Record<number, string>> = {
  401: 'It does not know our token: look at gaiaX.catalogue.',
  403: 'Our token must have the roles ASSET_CREATE, ASSET_UPDATE and ASSET_DELETE there, and our DID as its participant_id.',
  404: 'Nothing like a Federated Catalogue of version 2 is at gaiaX.catalogue.url.',
}

function refusalOf({ status, body }: Awaited<ReturnType<Client['request']>>): KontorError {
  const message = isJsonObject(body) && typeof body.message === 'string' ? `: ${readable(body.message)}` : ''
  const sentence = `The catalogue answered ${status}${message}`
  const remedy = remedies[status]
  if (remedy !== undefined) return forbidden(`${sentence.replace(/\.$/, '')}. ${remedy}`)
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? conflict(sentence) : badGateway(sentence)
}
