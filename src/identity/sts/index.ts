import { randomUUID } from 'node:crypto'
import { type Keyring, signCompact } from '../../keys/index.ts'
import { keyUrl } from '../dids/index.ts'
import { type AccessTokens, createAccessTokens } from './access-token.ts'

/** Makes the tokens by which we say who we are (DCP 1.0, Secure Token Service). */
export interface Sts {
  /** An ID token for one peer; with `scopes` it carries an access token for those credentials of ours, with `access` that very token. */
  idToken(audience: string, carried?: { scopes?: readonly string[]; access?: string }): Promise<string>
  readonly accessTokens: AccessTokens
}

/** How long an ID token is valid, s: it travels with one request. */
export const ID_TOKEN_LIFETIME = 300

/** An access token must outlive the ID token it travels in, though it may be half its life old by then; ms. */
export const ACCESS_TOKEN_LIFETIME = 3 * ID_TOKEN_LIFETIME * 1_000

/** A token service for our own DID. `identity` signs what others verify, `access` what only we verify. */
export function createSts(given: { did: string; identity: Keyring; access: Keyring; now: () => Date }): Sts {
  const { did, identity, now } = given
  const accessTokens = createAccessTokens({ did, keyring: given.access, lifetime: ACCESS_TOKEN_LIFETIME, now })

  return {
    accessTokens,
    async idToken(audience, { scopes, access } = {}) {
      const token = scopes === undefined ? access : await accessTokens.issue(audience, scopes)
      const signer = identity.current()
      // Rounded down: there is no leeway for tokens from the future everywhere.
      const iat = Math.floor(now().getTime() / 1_000)
      const times = { iat, exp: iat + ID_TOKEN_LIFETIME }
      const claims = {
        iss: did,
        sub: did,
        aud: audience,
        jti: randomUUID(),
        ...times,
        ...(token !== undefined && { token }),
      }
      return signCompact(signer, { typ: 'JWT', kid: keyUrl(did, signer.kid) }, claims)
    },
  }
}
