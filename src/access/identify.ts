import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../config/types.ts'
import { unauthenticated } from '../errors.ts'
import type { Context } from '../http/index.ts'
import { type Caller, operator } from './caller.ts'
import type { ApiKeys } from './keys.ts'

/** Tells who sends a request. Throws `unauthenticated`. */
export type Identify = (ctx: Context) => Promise<Caller>

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Knows the holders of the configured key and of keys that were made, by the header `x-api-key`. Digests are compared, in constant
 * time, so that neither length nor content of a key can be guessed from how long it takes.
 */
export function createIdentify(given: { apiKey: Secret; keys: Pick<ApiKeys, 'recognise'> }): Identify {
  const expected = digest(given.apiKey.reveal())
  return async ctx => {
    const shown = ctx.get('x-api-key')
    if (timingSafeEqual(digest(shown), expected)) return operator
    const caller = await given.keys.recognise(shown)
    if (caller) return caller
    throw unauthenticated('Request could not be authenticated: send the key in the header x-api-key.')
  }
}
