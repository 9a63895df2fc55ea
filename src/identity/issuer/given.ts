import type { CredentialDefinition, EntitledHolder } from '../../config/types.ts'
import type { Database } from '../../db/index.ts'
import type { Append } from '../../events/index.ts'
import type { Safe } from '../../keys/index.ts'
import type { Jobs } from '../../process/index.ts'
import type { Peers } from '../credentials/peers.ts'
import type { Sign } from '../credentials/profiles.ts'

/** What an issuer tells of. */
export interface IssuanceEvents {
  issuance(event: {
    what: 'waiting' | 'approved' | 'rejected' | 'delivered' | 'given up' | 'revoked' | 'suspended' | 'reinstated'
    request: string
    holder: string
    /** `rule`, `operator`, or absent where nobody decided. */
    by?: string
    credential?: string
    reason?: string
  }): void
}

/** What an issuer is made of. */
export interface Issuing {
  readonly db: Database
  readonly jobs: Jobs
  readonly now: () => Date
  /** Our DID. */
  readonly did: string
  readonly definitions: readonly CredentialDefinition[]
  /** Who is entitled to what, and what is attested about them. */
  readonly holders: readonly EntitledHolder[]
  /** How long a verifier may rely on a status list that it has fetched, ms. */
  readonly statusValidity: number
  /** How deliveries call the format of a credential. */
  readonly formatNames: 'dcp' | 'edc'
  /** After so many ms of failing delivery it is given up. */
  readonly giveUpAfter: number
  /** The URL of this service, as holders and verifiers reach it; asked when something is sent, since a free port is known late. */
  readonly baseUrl: () => string
  readonly safe: Safe
  /** Signs with the key for credentials. */
  readonly sign: Sign
  readonly peers: Peers
  readonly events: IssuanceEvents
  /** Tells others what happens; without it that is only written down. */
  readonly append?: Append | undefined
}
