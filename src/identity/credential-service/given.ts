import type { Config, TrustedIssuer } from '../../config/types.ts'
import type { Database } from '../../db/index.ts'
import type { Append } from '../../events/index.ts'
import type { Safe } from '../../keys/index.ts'
import type { Jobs } from '../../process/index.ts'
import type { Peers } from '../credentials/peers.ts'
import type { Sign } from '../credentials/profiles.ts'

/** What a credential service tells of. */
export interface WalletEvents {
  wallet(event: {
    what: 'stored' | 'requested' | 'acknowledged' | 'rejected' | 'failed' | 'offered' | 'presented' | 'renewal'
    /** The issuer, or the verifier to whom something was presented. */
    peer: string
    /** The request or offer it is about. */
    request?: string
    /** Types of credentials. */
    types?: readonly string[]
    reason?: string
  }): void
}

/** What a credential service is made of. */
export interface Holding {
  readonly db: Database
  readonly jobs: Jobs
  readonly now: () => Date
  /** Our DID. */
  readonly did: string
  /** Issuers whose credentials are stored although we have not asked for them, and whose offers are looked at. */
  readonly trustedIssuers: readonly TrustedIssuer[]
  readonly wallet: Config['wallet']
  /** After so many ms in which an issuer cannot be asked it is given up. */
  readonly giveUpAfter: number
  readonly safe: Safe
  /** Signs with the key for identity. */
  readonly sign: Sign
  readonly peers: Peers
  /** Throws a `Rejection` for a credential that is not about us, not signed by its issuer, has ended, or is revoked or suspended. */
  readonly verifyCredential: (token: string) => Promise<unknown>
  /** Tokens that we publish, and present, too. */
  readonly published: () => Promise<readonly string[]>
  readonly events: WalletEvents
  /** Tells others what happens; without it that is only written down. */
  readonly append?: Append | undefined
}
