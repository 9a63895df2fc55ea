import { randomBytes } from 'node:crypto'
import { type Config, hashToken, Secret, standardDcp } from '../config/index.ts'
import type { Character } from './cast.ts'

/** What depends on how participants know each other. */
export type Identity = Pick<Config, 'identity' | 'issuer' | 'role'>

const noIssuer: Config['issuer'] = { definitions: [], holders: [], statusValidity: 900_000, formatNames: 'dcp' }

/** Static tokens: each has been told of those with whom it deals, the provider of all. */
export function byTokens(cast: readonly Character[]): (who: Character) => Identity {
  const tokens = new Map<string, string>()
  const tokenOf = (from: Character, to: Character) => {
    const pair = `${from.part} ${to.part}`
    const token = tokens.get(pair) ?? randomBytes(32).toString('base64url')
    tokens.set(pair, token)
    return token
  }
  return who => ({
    role: 'all',
    issuer: noIssuer,
    identity: {
      mode: 'tokens',
      dcp: standardDcp,
      participants: cast
        .filter(other => other !== who && [who, other].some(({ part }) => part === 'provider'))
        .map(other => ({
          id: other.id,
          accepts: hashToken(tokenOf(other, who)),
          presents: new Secret(tokenOf(who, other)),
          scheme: 'bearer' as const,
          groups: other.groups,
        })),
    },
  })
}

/** The credential that makes a member. */
export const MEMBERSHIP = 'MembershipCredential'

/** So long after a revocation the provider may not have noticed it, ms. */
export const NOTICED_WITHIN = 500

/**
 * The Decentralized Claims Protocol: nobody has been told of anybody but the authority, which knows who is entitled to be a member: all of them, where
 * there is more to be shown than that. The
 * provider looks at the authority's status list often; the others do as usual, so that a revoked credential is shown, and seen through.
 */
export function byCredentials(
  cast: readonly Character[],
  authority: Character,
  { everybody }: { everybody: boolean },
): (who: Character) => Identity {
  const dcp = { ...standardDcp, trustedIssuers: [{ id: authority.id, types: [MEMBERSHIP] }], plainHttp: ['127.0.0.1'] }
  const vigilant = { ...dcp, reuse: NOTICED_WITHIN, statusTime: NOTICED_WITHIN }
  const members = cast.filter(
    ({ part }) => part === 'provider' || part === 'consumer' || (everybody && part === 'stranger'),
  )
  const issuer: Config['issuer'] = {
    ...noIssuer,
    definitions: [
      {
        id: 'membership',
        type: MEMBERSHIP,
        profile: 'vc20-bssl/jwt',
        validity: 90 * 86_400_000,
        approval: 'automatic',
        requires: {},
        claims: { memberOf: 'the lab' },
        status: ['revocation'],
        schema: undefined,
      },
    ],
    holders: members.map(({ id }) => ({ id, attributes: {}, credentials: undefined })),
  }
  return ({ part }) => ({
    role: part === 'authority' ? 'issuer' : 'all',
    issuer: part === 'authority' ? issuer : noIssuer,
    identity: { mode: 'dcp', participants: [], dcp: part === 'provider' ? vigilant : dcp },
  })
}
