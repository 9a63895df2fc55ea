/** The ODRL engine: pure, everything it needs to know is handed in. */
export { evaluate } from './evaluate.ts'
export { normalisePolicy } from './normalise.ts'
export { spellOut } from './spell-out.ts'
export { sameTerms, termsDigest, termsOf } from './terms.ts'
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
