import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../config/types.ts'
import { unauthenticated } from '../errors.ts'
import type { Context } from '../http/index.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Lets pass who shows the key in the header `x-api-key`, and throws `unauthenticated` for everyone else. Digests are
 * compared, in constant time, so that neither length nor content of the key can be guessed from how long it takes.
 */
export function createKeyCheck(apiKey: Secret): (ctx: Context) => void {
  const expected = digest(apiKey.reveal())
  return ctx => {
    const shown = ctx.get('x-api-key')
    if (!timingSafeEqual(digest(shown), expected))
      throw unauthenticated('Request could not be authenticated: send the key in the header x-api-key.')
  }
}
