import type { Queryable } from '../db/index.ts'
import type { AgreementRecord } from '../negotiation/index.ts'
import type { PolicyState } from '../policy/index.ts'
import type { CalledBack, Claims, Decider, Process, Role } from '../process/index.ts'
import type { KeptAddress, SourceAddress } from '../signaling/index.ts'
import type { State } from './table.ts'

/** One move in a transfer. */
export type TransferStep =
  | {
      readonly message: 'request'
      readonly agreementId: string
      readonly format: string
      /** Once it is a step of ours or in a turn of a process it is sealed. */
      readonly dataAddress?: KeptAddress
    }
  /** A provider's start of a pull transfer gets its data address from the data plane at the moment of sending. */
  | {
      readonly message: 'start'
      readonly dataAddress?: KeptAddress
      /** A consumer that resumes takes the transfer for started when the provider has sent a start, too. */
      readonly awaitsStart?: true
    }
  | { readonly message: 'complete' }
  | { readonly message: 'suspend' | 'terminate'; readonly code?: string; readonly reason: readonly string[] }

/** What a transfer is about. */
export interface TransferData extends CalledBack {
  readonly agreementId: string
  readonly datasetId: string
  readonly format: string
  /** Where to push to, for push formats: the consumer's. */
  readonly destination?: KeptAddress
  /** Where to pull from, as the provider told us, as long as that is of use: the endpoint data reference. */
  readonly edr?: { readonly dataAddress: KeptAddress; readonly receivedAt: string }
  /** Only who suspended may resume. */
  readonly suspendedBy?: Role
  /** The consumer that has resumed it waits for a start of ours (provider only). */
  readonly awaitsStart?: true
  /** The policy monitor has suspended it, and will go on with it when the agreement permits that again (provider only). */
  readonly heldByPolicy?: true
  /** When what the agreement permits may change, as seen at the request: the first review of what runs (provider only). */
  readonly reviewAt?: string
  /** What was attested about the consumer when it asked (provider only). */
  readonly claims?: Claims
}

/** A transfer process, of either role. */
export type Transfer = Process<State, TransferStep, TransferData>

/** What the rules know besides the transfer. */
export interface TransferWorld {
  /** The agreement asked for, if it is there, counts, and is with this counterparty. */
  readonly agreement: AgreementRecord | undefined
  /** What its policy is told of the agreement. */
  readonly standing: Pick<PolicyState, 'agreedAt' | 'performances'>
  /** Formats in which the dataset can be had from us. */
  readonly formats: readonly string[]
  readonly claims: Claims
}

/** Has an opinion on the next move of a transfer. */
export type TransferDecider = Decider<Transfer, TransferWorld, TransferStep>

/** A dataset's source, for the data plane; undefined if the dataset is gone. */
export type FindSource = (db: Queryable, datasetId: string) => Promise<SourceAddress | undefined>
