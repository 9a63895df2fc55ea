import type { PublishedOffer } from '../catalog/index.ts'
import type { Agreement, Offer, Policy } from '../policy/index.ts'
import type { CalledBack, Claims, Decider, Process, Role } from '../process/index.ts'
import type { State } from './table.ts'

/** One move in a negotiation. */
export type NegotiationStep =
  | { readonly message: 'request' | 'offer'; readonly offer: TargetedOffer }
  /** Without an agreement the one that follows from the latest offer is made. */
  | { readonly message: 'agree'; readonly agreement?: Agreement }
  | { readonly message: 'accept' | 'verify' | 'finalize' }
  | { readonly message: 'terminate'; readonly code?: string; readonly reason: readonly string[] }

/** An offer in a message names the dataset it is for. */
export type TargetedOffer = Offer & { readonly target: string }

/** One round of a negotiation: what one side would agree to. */
export interface Round {
  readonly by: Role
  readonly offer: TargetedOffer
  readonly at: string
}

/** What a negotiation is about. */
export interface NegotiationData extends CalledBack {
  readonly datasetId: string
  /** The first one first. */
  readonly offers: readonly Round[]
  readonly agreement?: Agreement
  /** Consumer: an offer that gives at least this, and demands no more than this does, is accepted without asking anybody. */
  readonly needs?: Policy
  /** Consumer: the format in which the data is asked for as soon as it may be. */
  readonly thenTransfer?: string
}

/** A contract negotiation, of either role. */
export type Negotiation = Process<State, NegotiationStep, NegotiationData>

/** What deciders of negotiations know besides the negotiation. */
export interface NegotiationWorld {
  /** The offer of ours that the negotiation began with, as the catalogue has it now for this counterparty. */
  readonly published: PublishedOffer | undefined
  readonly claims: Claims
}

/** Has an opinion on the next move of a negotiation. */
export type NegotiationDecider = Decider<Negotiation, NegotiationWorld, NegotiationStep>
