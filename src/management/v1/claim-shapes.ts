import type { PageInput } from './paged.ts'
import { id, limit, offset, reason, shape, shapes } from './shapes.ts'

/** What is wanted of an issuer: ids of what its metadata lists, or types to look up there. */
export interface RequestInput {
  readonly issuer: string
  readonly credentials?: readonly string[]
  readonly types?: readonly string[]
}

/** Claims that the configuration does not know of the holder. */
export interface ApprovalInput {
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What is offered to a holder: ids of definitions, and why. */
export interface OfferInput {
  readonly holder: string
  readonly credentials: readonly string[]
  readonly reason?: string
}

/** Which credentials, requests or offers are listed. */
export interface WalletListInput extends PageInput {
  readonly type?: string
  readonly issuer?: string
}
export interface RequestListInput extends PageInput {
  readonly state?: string
  readonly issuer?: string
}
export interface OfferListInput extends PageInput {
  readonly state?: string
}
export interface IssuanceListInput extends PageInput {
  readonly state?: string
  readonly holder?: string
}

const did = { type: 'string', maxLength: 2_048, pattern: '^did:[a-z0-9]+:\\S+$', description: 'a DID' }
const ids = { type: 'array', minItems: 1, maxItems: 100, items: id }
const page = { limit, offset }

/** What requests about credentials may say, by name. */
export const claimShapes = {
  nothing: shapes.nothing,
  reason: shapes.reason,
  participantList: shape<PageInput>('query', page),
  walletList: shape<WalletListInput>('query', { type: id, issuer: id, ...page }),
  requestList: shape<RequestListInput>('query', {
    state: { enum: ['REQUESTED', 'RECEIVED', 'ISSUED', 'REJECTED', 'FAILED'] },
    issuer: id,
    ...page,
  }),
  request: shape<RequestInput>('request', { issuer: did, credentials: ids, types: ids }, ['issuer']),
  offerList: shape<OfferListInput>('query', { state: { enum: ['WAITING', 'REQUESTED', 'DECLINED'] }, ...page }),
  issuanceList: shape<IssuanceListInput>('query', {
    state: { enum: ['WAITING', 'APPROVED', 'REJECTED'] },
    holder: id,
    ...page,
  }),
  issuedList: shape<IssuanceListInput>('query', {
    state: { enum: ['ACTIVE', 'SUSPENDED', 'REVOKED'] },
    holder: id,
    ...page,
  }),
  approval: shape<ApprovalInput>('approval', { claims: { type: 'object', maxProperties: 100 } }),
  offer: shape<OfferInput>('offer', { holder: did, credentials: ids, reason }, ['holder', 'credentials']),
} as const
