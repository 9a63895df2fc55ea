export { keyUrl, type OwnKeys, type OwnService, ownDocument } from './own.ts'
export { createDids } from './resolve.ts'
export { didRoutes } from './routes.ts'
export type { DidDocument, Dids, Relationship } from './types.ts'
