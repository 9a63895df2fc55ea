/** What happened under an agreement, in one file that can be checked without us. */
export type { Bundle, Statement } from './bundle.ts'
export { createEvidence, type Evidence } from './evidence.ts'
export { isBundle, type Trust, verifyEvidence } from './verify.ts'
