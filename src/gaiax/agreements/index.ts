export { type Agreements, createAgreements, isAgreement, type SignedAgreement } from './agreements.ts'
export { createDeliver, SERVICE } from './deliver.ts'
export type { Contract } from './subject.ts'
