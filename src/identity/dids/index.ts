export { createDids } from './resolve.ts'
export type { DidDocument, Dids, Relationship } from './types.ts'
