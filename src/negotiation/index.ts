/** Contract negotiation, from request to agreement (DSP 2025-1, Contract Negotiation Protocol), in both roles. */
export { agreementState } from './agreement-state.ts'
export type { AskWebhook } from './ask.ts'
export type { CounterOffers } from './deciders.ts'
export { createNegotiations, type Negotiations } from './negotiations.ts'
export {
  CHANGED,
  type Fulfilment,
  type Obligation,
  type ObligationEvents,
  type ObligationQuery,
} from './obligations/index.ts'
export { negotiationRoutes } from './routes.ts'
export type { DataWanted } from './rules.ts'
export {
  type AgreementField,
  type AgreementQuery,
  type AgreementRecord,
  deleteAgreements,
  type ForgetAgreements,
  findAgreement,
  isBeingFinalized,
  isBound,
} from './store.ts'
export type { State as NegotiationState } from './table.ts'
export type {
  Negotiation,
  NegotiationDecider,
  NegotiationStep,
  NegotiationWorld,
  Round,
  TargetedOffer,
} from './types.ts'
