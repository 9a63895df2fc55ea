import type { Config } from '../../config/types.ts'
import { badGateway, conflict } from '../../errors.ts'
import type { Client } from '../../http/index.ts'
import { isJsonObject } from '../../jsonld/index.ts'

type Settings = Config['gaiaX']['catalogue']

/** What opens the catalogue. */
export interface AccessTokens {
  /** The Authorization header. Throws `conflict` when we are given none, `bad-gateway` when nobody answers. */
  header(): Promise<string>
  /** The catalogue does not take the token any more. Whether there may be another one. */
  forget(): boolean
}

/** How long a token is used that does not say how long it may be, ms. */
const UNSAID = 60_000

/** So much of a token's life is left for the request that it goes with. */
const RESERVE = 0.1

/** The token that the settings have, or one after the other from an OpenID provider, for our client there (RFC 6749 §4.4). */
export function createAccessTokens({
  settings,
  request,
  now,
}: {
  settings: Settings
  request: Client['request']
  now: () => Date
}): AccessTokens {
  const { token, tokenUrl, clientId, clientSecret } = settings
  let kept: { token: string; until: number } | undefined

  async function fetchToken(): Promise<string> {
    const answer = await request({
      method: 'POST',
      url: tokenUrl ?? '',
      headers: { authorization: basic(clientId ?? '', clientSecret?.reveal() ?? ''), accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { status, body } = answer
    if (status >= 400 && status < 500 && status !== 429)
      throw conflict(
        `The provider of tokens for the catalogue answered ${status}${errorIn(body)}: look at gaiaX.catalogue.clientId and clientSecret.`,
      )
    const given = status === 200 && isJsonObject(body) ? body.access_token : undefined
    if (typeof given !== 'string' || !/^[\x21-\x7e]+$/.test(given) || !isJsonObject(body))
      throw badGateway(`The provider of tokens for the catalogue answered ${status} without a token.`)
    const life = typeof body.expires_in === 'number' && body.expires_in > 0 ? body.expires_in * 1_000 : UNSAID
    kept = { token: given, until: now().getTime() + life * (1 - RESERVE) }
    return given
  }

  return {
    async header() {
      const known = kept !== undefined && kept.until > now().getTime() ? kept.token : undefined
      return `Bearer ${token?.reveal() ?? known ?? (await fetchToken())}`
    },
    forget() {
      kept = undefined
      return token === undefined
    },
  }
}

/** RFC 6749 §2.3.1: both are written as in a form before. */
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64')}`

/** The code of an error, which is one of a few words. */
const errorIn = (body: unknown): string =>
  isJsonObject(body) && typeof body.error === 'string' && /^[\w-]{1,40}$/.test(body.error) ? ` (${body.error})` : ''
