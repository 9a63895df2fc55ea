import { createHmac, randomBytes } from 'node:crypto'

/** What secrets of webhooks begin with; the rest is base64 of the key (Standard Webhooks, Signature scheme). */
const PREFIX = 'whsec_'

/** A new secret. */
export const newSecret = (): string => `${PREFIX}${randomBytes(32).toString('base64')}`

/**
 * The headers by which a receiver knows that a message is ours and fresh (Standard Webhooks): the HMAC is over id, time and body, so
 * that neither can be put with another. While a secret is being replaced there is a signature by each.
 */
export function signatureHeaders(
  { id, at, body }: { readonly id: string; readonly at: Date; readonly body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const sign = (secret: string) =>
    createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(secret => `v1,${sign(secret)}`).join(' '),
  }
}
