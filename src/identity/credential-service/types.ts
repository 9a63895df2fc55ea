import type { CredentialObject } from '../credentials/messages.ts'
import type { Profile } from '../credentials/profiles.ts'

/** A credential in the wallet, without what it says. */
export interface WalletCredential {
  /** SHA-256 of its token, hex: its name here, since not all credentials have an id. */
  readonly digest: string
  readonly id: string | null
  readonly types: readonly string[]
  readonly issuer: string
  readonly profile: Profile
  /** The request of ours that it answers; null: unsolicited. */
  readonly requestId: string | null
  readonly validFrom: Date | null
  readonly validUntil: Date | null
  readonly receivedAt: Date
}

/** A request of ours to an issuer. */
export interface CredentialRequest {
  /** The holderPid. */
  readonly id: string
  readonly issuer: string
  /** Ids of what the issuer's metadata lists; empty until `types` are looked up there. */
  readonly objects: readonly string[]
  readonly types: readonly string[]
  /** `RECEIVED`: the issuer has it, and has not decided or delivered. `FAILED`: it could not be told, or gave no answer. */
  readonly state: 'REQUESTED' | 'RECEIVED' | 'ISSUED' | 'REJECTED' | 'FAILED'
  readonly statusUrl: string | null
  readonly reason: string | null
  /** The earlier request whose credentials it replaces. */
  readonly renews: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What an issuer has offered us. */
export interface CredentialOffer {
  readonly id: string
  readonly issuer: string
  readonly credentials: readonly CredentialObject[]
  /** Their ids. */
  readonly objects: readonly string[]
  readonly state: 'WAITING' | 'REQUESTED' | 'DECLINED'
  readonly requestId: string | null
  readonly receivedAt: Date
  readonly updatedAt: Date
}
