import type { Profile, StatusEntry } from '../credentials/profiles.ts'

/** Where a request for credentials stands with us. */
export interface IssuanceRequest {
  /** The issuerPid. */
  readonly id: string
  /** A DID. */
  readonly holder: string
  readonly holderPid: string
  /** Ids of credential definitions. */
  readonly definitions: readonly string[]
  readonly state: 'WAITING' | 'APPROVED' | 'REJECTED'
  /** Why it was rejected. */
  readonly reason: string | null
  readonly decidedBy: 'rule' | 'operator' | null
  /** The holder's access token, sealed. */
  readonly access: Buffer | null
  readonly deliveredAt: Date | null
  /** Why delivery was given up. */
  readonly error: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A credential that we have issued. */
export interface IssuedCredential {
  readonly id: string
  readonly requestId: string
  /** The id of its definition. */
  readonly definition: string
  readonly type: string
  readonly profile: Profile
  readonly holder: string
  /** What it says of its subject, sealed; null once it is delivered. */
  readonly claims: Buffer | null
  readonly schema: string | null
  readonly status: readonly StatusEntry[]
  readonly state: 'ACTIVE' | 'SUSPENDED' | 'REVOKED'
  /** Why it was suspended or revoked. */
  readonly reason: string | null
  readonly validFrom: Date
  readonly validUntil: Date
  readonly changedAt: Date
}

/** What of a list is wanted. */
export interface Page {
  readonly limit: number
  readonly offset: number
}
