import type { createCatalogClient } from './catalog/index.ts'
import type { Authorize } from './dsp/index.ts'
import { badGateway } from './errors.ts'
import type { Client } from './http/index.ts'
import type { AskWebhook } from './negotiation/index.ts'
import type { RefreshToken } from './transfer/index.ts'

/** A catalogue may be as large as this; bytes. */
const LARGEST_CATALOG = 64 * 1024 * 1024

/** What is fetched by itself, from many at a time, has to be smaller; bytes. */
export const LARGEST_PAGE = 8 * 1024 * 1024

/** Asks participants for catalogues, with the authorization that they understand. */
export const catalogAsker =
  (client: Client, authorize: Authorize, largest = LARGEST_CATALOG): Parameters<typeof createCatalogClient>[0]['ask'] =>
  async ({ method, counterparty, url, body, ifNoneMatch }) => {
    const headers = {
      authorization: await authorize(counterparty),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    }
    return client.request({ method, url, headers, maxResponse: largest, ...(body && { body }) })
  }

/** Asks a provider's token endpoint for a new access token (RFC 6749 §6). */
export const tokenRefresher =
  (client: Client): RefreshToken =>
  async (url, refreshToken) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const { status, body: answer } = await client.request({ method: 'POST', url, body })
    if (status !== 200) throw badGateway(`The provider did not renew the access token: it answered ${status}.`)
    return answer
  }

/** Asks the operator's webhook for a decision. */
export const webhookAsker = (client: Client, url: string | undefined): AskWebhook | undefined =>
  url === undefined
    ? undefined
    : async question => {
        const { status, body } = await client.request({ method: 'POST', url, body: question })
        const answer = body as { decision?: unknown; offer?: unknown } | undefined
        const known = ['approve', 'counter', 'reject', 'wait'].includes(String(answer?.decision))
        const complete = answer?.decision !== 'counter' || (typeof answer.offer === 'object' && answer.offer !== null)
        if (status < 200 || status >= 300 || !known || !complete)
          throw badGateway(
            `The webhook answered ${status} without a decision: approve, counter (with an offer), reject or wait.`,
          )
        return answer as Awaited<ReturnType<AskWebhook>>
      }
