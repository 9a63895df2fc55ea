import type { Fact } from '../../events/index.ts'

/** What others are told of a request for a credential of ours, or of what became of a credential. */
export const issuanceFact = (
  what: 'waiting' | 'approved' | 'rejected' | 'revoked' | 'suspended' | 'reinstated',
  { id, holder }: { readonly id: string; readonly holder: string },
  more: { readonly by: 'rule' | 'operator'; readonly credential?: string; readonly reason?: string },
): Fact => {
  const { by, credential = null, reason = null } = more
  return { type: `issuance.${what}`, subject: id, data: { holder, by, credential, reason } }
}
