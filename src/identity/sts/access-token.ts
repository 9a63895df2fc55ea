import { KontorError } from '../../errors.ts'
import { decodeCompact, type Keyring, signCompact, verifyCompact } from '../../keys/index.ts'
import { Rejection } from '../rejection.ts'

/** Tokens by which a verifier may read some credentials of ours. They mean something to nobody but us. */
export interface AccessTokens {
  /** A token for one verifier and these scopes. The same one is given for a while, so that it costs no signature a message. */
  issue(verifier: string, scopes: readonly string[]): Promise<string>
  /** The scopes of a token that this verifier shows. Throws a `Rejection` `access-token` for one that is not for it, not ours, or too old. */
  verify(token: string, verifier: string): Promise<readonly string[]>
}

/** No ID token has this type, and so neither passes for the other. */
const typ = 'presentation-access+jwt'

/** Tokens that are given again: those of so many pairs of a verifier and scopes. */
const most = 1_000

/**
 * Access tokens are signed and stored nowhere: every replica verifies them, before and after a restart. `lifetime` is ms; a token is
 * given again during the first half of its life.
 */
export function createAccessTokens(given: {
  did: string
  keyring: Keyring
  lifetime: number
  now: () => Date
}): AccessTokens {
  const { did, keyring, lifetime, now } = given
  const issued = new Map<string, { readonly token: string; readonly until: number }>()

  return {
    async issue(verifier, scopes) {
      const key = JSON.stringify([verifier, ...[...scopes].sort()])
      const time = now().getTime()
      const before = issued.get(key)
      if (before !== undefined && before.until > time) return before.token
      const iat = Math.floor(time / 1_000)
      const claims = { iss: did, aud: did, sub: verifier, iat, exp: iat + Math.ceil(lifetime / 1_000) }
      const token = await signCompact(keyring.current(), { typ }, { ...claims, scope: scopes.join(' ') })
      if (issued.size >= most) issued.clear()
      issued.set(key, { token, until: time + lifetime / 2 })
      return token
    },

    async verify(token, verifier) {
      const { iss, aud, sub, exp, scope } = await verified(token, keyring)
      const current = typeof exp === 'number' && exp > now().getTime() / 1_000
      if (iss !== did || aud !== did || sub !== verifier || !current || typeof scope !== 'string')
        throw refused('it has expired, or was made for another verifier')
      return scope.split(' ').filter(each => each !== '')
    },
  }
}

async function verified(token: string, keyring: Keyring): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { header } = decodeCompact(token)
    const key = header.typ === typ && header.kid !== undefined ? await keyring.find(header.kid) : undefined
    if (key === undefined) throw refused('it is none of ours')
    return verifyCompact(token, key, [key.algorithm]).payload
  } catch (error) {
    if (error instanceof KontorError && error.status === 401) throw refused(error.message)
    throw error
  }
}

const refused = (why: string): Rejection => new Rejection('access-token', `The access token is not accepted: ${why}.`)
