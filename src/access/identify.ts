import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../config/types.ts'
import { KontorError, tooMany, unauthenticated } from '../errors.ts'
import type { Context } from '../http/index.ts'
import { type Caller, operator } from './caller.ts'
import type { ApiKeys } from './keys.ts'
import type { Bearer, Oidc } from './oidc.ts'
import { createRates } from './rates.ts'

/** Tells who sends a request. Throws `unauthenticated`, and `too-many` for those who send, or guess, too much. */
export type Identify = (ctx: Context) => Promise<Caller>

/** What callers of the management API may take up. */
export interface AccessLimits {
  /** Requests of a caller, a second. */
  readonly managementRequests: number
  /** Failed attempts from an address, a minute. */
  readonly managementFailures: number
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Who has been let in from where: so many are remembered. */
const MOST_FAMILIAR = 1_000
/** How long a verified token counts without being verified again, ms: so long may it take until a withdrawn key of its issuer bites. */
const VERIFIED = 60_000

/**
 * Knows the holders of the configured key and of keys that were made, by the header `x-api-key`; and those who show a provider's access token
 * in `Authorization`. Digests are compared, in constant time, so that neither length nor content of a key can be guessed from how
 * long it takes.
 *
 * After many failures from an address nothing more from there is looked at for a while, except what was let in from there before: who
 * guesses gets no further, and locks nobody out who sits behind the same proxy.
 */
export function createIdentify(given: {
  apiKey: Secret
  keys: Pick<ApiKeys, 'recognise'>
  oidc: Oidc | undefined
  limits: AccessLimits
  now: () => Date
  elapsed: () => number
}): Identify {
  const { keys, oidc, limits, now, elapsed } = given
  const { managementRequests: perSecond, managementFailures: perMinute } = limits
  const expected = digest(given.apiKey.reveal())
  const requests = createRates({ most: perSecond, perSecond, elapsed })
  const failures = createRates({ most: perMinute, perSecond: perMinute / 60, elapsed })
  const familiar = new Set<string>()
  const verified = new Map<string, { readonly bearer: Bearer; readonly until: number }>()

  async function recogniseKey(shown: string, print: Buffer): Promise<Caller> {
    if (timingSafeEqual(print, expected)) return operator
    const caller = await keys.recognise(shown)
    if (caller) return caller
    throw unauthenticated(`Request could not be authenticated: send the key in the header x-api-key${orToken}.`)
  }

  async function recogniseToken(shown: string, print: Buffer): Promise<Caller> {
    if (oidc === undefined)
      throw unauthenticated(
        'Access tokens are not taken here: send a key in the header x-api-key, or set management.oidc.',
      )
    const name = print.toString('latin1')
    const known = verified.get(name)
    if (known && known.until > elapsed() && known.bearer.endsAt > now()) return known.bearer.caller
    const bearer = await oidc.recognise(shown)
    remember(verified, name, { bearer, until: elapsed() + VERIFIED })
    return bearer.caller
  }

  const orToken = oidc ? ', or an access token in the header Authorization' : ''

  return async ctx => {
    const address = ctx.req.socket.remoteAddress ?? ''
    const token = bearer.exec(ctx.get('x-api-key') === '' ? ctx.get('authorization') : '')?.[1]
    const shown = token ?? ctx.get('x-api-key')
    const print = digest(shown)
    const place = `${address} ${print.toString('latin1')}`
    const failed = failures.wait(address)
    if (failed > 0 && !familiar.has(place))
      throw tooMany('Too many attempts from your address have failed: wait, and send the right key.', failed)
    const caller = await (token === undefined ? recogniseKey(shown, print) : recogniseToken(shown, print)).catch(
      error => {
        if (error instanceof KontorError && error.code === 'unauthenticated') {
          failures.take(address)
          familiar.delete(place)
          if (oidc) ctx.set('WWW-Authenticate', 'Bearer')
        }
        throw error
      },
    )
    familiar.add(place)
    dropFirst(familiar, MOST_FAMILIAR)
    const full = requests.take(caller.id)
    if (full > 0) throw tooMany(`${perSecond} requests a second are what you may send: send fewer.`, full)
    return caller
  }
}

const bearer = /^Bearer +(\S+)$/i

function remember<V>(map: Map<string, V>, name: string, value: V): void {
  map.set(name, value)
  dropFirst(map, MOST_FAMILIAR)
}

/** Those that came first go, if there are too many. */
function dropFirst(all: Map<string, unknown> | Set<string>, most: number): void {
  for (const first of all.keys()) {
    if (all.size <= most) return
    all.delete(first)
  }
}
