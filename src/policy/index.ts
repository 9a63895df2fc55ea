/** The ODRL engine: pure, everything it needs to know is handed in. */
export { evaluate } from './evaluate.ts'
export { sameTerms, spellOut, termsDigest, termsOf } from './terms.ts'
export type {
  Agreement,
  AtomicConstraint,
  Constraint,
  ConstraintLine,
  LogicalConstraint,
  Offer,
  Policy,
  PolicyRequest,
  Report,
  Rule,
  Verdict,
} from './types.ts'
