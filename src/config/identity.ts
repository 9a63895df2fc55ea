import { type Kind, kind, list } from './kinds.ts'
import { entries, mapping } from './mapping.ts'
import { tokenHash } from './participants.ts'
import type { Config, PolicyScopes, StsClient, TrustedIssuer } from './types.ts'
import { text } from './values.ts'

const did = kind('a DID', given => (typeof given === 'string' && /^did:[a-z\d]+:\S+$/.test(given) ? given : undefined))

/** Whose credentials are believed, and which. */
export const trustedIssuers: Kind<readonly TrustedIssuer[]> = entries(
  mapping('a trusted issuer', { id: [did], types: [list(text), { value: [] }] } as const),
)

/** Which scopes a policy's left operand asks for. */
export const policyScopes: Kind<readonly PolicyScopes[]> = entries(
  mapping('a left operand', { operand: [text], scopes: [list(text)] } as const),
)

/** The programs that may have ID tokens of ours made for them. */
export const stsClients: Kind<readonly StsClient[]> = entries(
  mapping('a client', { id: [text], secret: [tokenHash] } as const),
)

/** What `identity.dcp` is when nothing of it is set: a connector that trusts nobody. */
export const standardDcp: Config['identity']['dcp'] = {
  trustedIssuers: [],
  required: ['MembershipCredential'],
  scopes: ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read'],
  policyScopes: [],
  reuse: 300_000,
  didTime: 300_000,
  didOutage: 3_600_000,
  statusTime: 300_000,
  statusOutage: 900_000,
  relationships: 'strict',
  statusLists: 'strict',
  schemas: 'check',
  plainHttp: [],
  stsClients: [],
}
