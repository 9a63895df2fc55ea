/** What we say about ourselves in a Gaia-X ecosystem, and what others say. */

export type { Contract, SignedAgreement } from './agreements/index.ts'
export { credentialsIn } from './credentials-in.ts'
export { type GaiaX, type GaiaXGiven, openGaiaX } from './gaia-x.ts'
export { gaiaXRoutes } from './routes.ts'
export { createValidation } from './validate.ts'
