/** Who is speaking: by static tokens, or by the Decentralized Claims Protocol. */
export { type Dcp, openDcp } from './dcp.ts'
export { didRoutes, type OwnService } from './dids/index.ts'
export { stsRoutes } from './sts/routes.ts'
export { createTokens } from './tokens.ts'
