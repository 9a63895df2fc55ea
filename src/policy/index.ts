/** The ODRL engine: pure, everything it needs to know is handed in. */
export { evaluate } from './evaluate.ts'
export { normalisePolicy } from './normalise.ts'
export { spellOut } from './spell-out.ts'
export { sameTerms, termsDigest, termsOf } from './terms.ts'
export type { Agreement, Offer, Policy, Rule } from './types.ts'
