import { badGateway, invalid } from '../../errors.ts'
import type { Edr } from './edr.ts'
import { get, readSmall } from './get.ts'

/**
 * Exchanges an EDR's refresh token for a new EDR (OAuth 2.0, RFC 6749 §6). The old one works until the new one is used, so this may be
 * tried again when the answer does not arrive. Throws `invalid` when there is nothing to refresh with, or it is refused.
 */
export async function refreshEdr(edr: Edr, options: { idle?: number; signal?: AbortSignal } = {}): Promise<Edr> {
  const { refresh } = edr
  if (refresh === undefined)
    throw invalid('The access token has expired, and the provider gave nothing to refresh it with.')
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh.token })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const { idle = 30_000, signal } = options
  const answer = await get({ url: refresh.endpoint, method: 'POST', headers, body: form.toString(), idle, signal })
  const { statusCode = 0 } = answer
  const body = (await readSmall(answer)) ?? {}
  if (statusCode >= 500) throw badGateway(`The provider's token endpoint answered ${statusCode}.`)
  const accessToken = textOf(body, 'access_token')
  if (statusCode !== 200 || accessToken === undefined)
    throw invalid(
      `The access token cannot be refreshed: the provider answered ${statusCode} ${textOf(body, 'error') ?? ''}.`.replace(
        ' .',
        '.',
      ),
    )
  return {
    url: edr.url,
    authorization: `Bearer ${accessToken}`,
    refresh: { endpoint: refresh.endpoint, token: textOf(body, 'refresh_token') ?? refresh.token },
  }
}

function textOf(body: object, name: string): string | undefined {
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' ? value : undefined
}
