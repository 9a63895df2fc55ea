import type { PublicJwk } from '../keys/index.ts'
import type { Agreement } from '../policy/index.ts'
import type { Entry, Role } from '../process/index.ts'

/** What a bundle says it is. */
export const TYPE = 'urn:kontor:evidence:1'

/** A process with everything that happened to it, entry by entry. */
export interface Chained {
  readonly id: string
  readonly peerPid: string | null
  readonly state: string | null
  readonly journal: readonly Entry[]
  /** Where the chain of hashes ends. */
  readonly journalSeq: number
  readonly journalHash: string
}

/** Data that was moved, or was to be. */
export interface Moved extends Chained {
  readonly format: string
  /** What our data plane let out; null where the other side serves the data. */
  readonly served: { readonly requests: number; readonly bytes: number; readonly lastAt: string | null } | null
}

/** A duty, and what was stated of its being done. */
export interface Owed {
  readonly id: string
  readonly action: string
  readonly path: string
  readonly state: string
  readonly due: string | null
  readonly performedAt: string | null
  readonly performedBy: string | null
  readonly evidence: unknown
  readonly breachedAt: string | null
  readonly breachedBy: string | null
}

/** What one side states about an agreement. Times are ISO 8601. */
export interface Statement {
  readonly madeAt: string
  /** Who states it, and in which role it is. */
  readonly participant: string
  readonly role: Role
  readonly counterparty: string
  /** As it was exchanged. */
  readonly agreement: Agreement
  /** SHA-256, hex, of its terms in canonical form, and of the whole as an RDF graph (RDFC-1.0); null where that cannot be made. */
  readonly digest: string | null
  readonly policyHash: string | null
  readonly agreedAt: string
  readonly finalizedAt: string | null
  readonly retiredAt: string | null
  readonly retiredReason: string | null
  /** Null if it is kept no longer: agreements outlive it. Messages of the counterparty are there by their SHA-256. */
  readonly negotiation: Chained | null
  readonly transfers: readonly Moved[]
  /** How many transfers more there were than a bundle takes. */
  readonly transfersLeftOut: number
  /** Counted where the policy limits it. */
  readonly usage: { readonly accesses: number; readonly bytes: number } | null
  readonly obligations: readonly Owed[]
  /** What people did to all this over the management API. */
  readonly audit: readonly object[]
  /** Tokens that the parties have signed themselves, such as a credential of the agreement: compact JWS. */
  readonly credentials: readonly string[]
}

/** A statement with the signature of whoever makes it. */
export interface Bundle {
  readonly type: typeof TYPE
  readonly statement: Statement
  readonly signature: {
    /** A compact JWS over `{ iss, sub, iat, digest }`, the digest being that of the statement. */
    readonly jws: string
    readonly key: PublicJwk
  }
}
