/** The ODRL engine: pure, everything it needs to know is handed in. */
export { nextBoundary } from './boundary.ts'
export { briefly } from './brief.ts'
export { evaluate } from './evaluate.ts'
export { normalisePolicy } from './normalise.ts'
export { spellOut } from './spell-out.ts'
export { sameTerms, termsDigest, termsOf } from './terms.ts'
export type { Agreement, Offer, Participant, Policy, PolicyState, Report, Rule } from './types.ts'
