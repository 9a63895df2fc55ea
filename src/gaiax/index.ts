/** What we say about ourselves in a Gaia-X ecosystem, and what others say. */

export type { Contract, SignedAgreement } from './agreements/index.ts'
export { certificateRequest } from './certificate-request.ts'
export {
  type Chain,
  type ChainFault,
  endOf,
  faultOf,
  judgeChain,
  orderChain,
  readCertificateFile as chainOfFile,
  readCertificates,
  writeCertificates,
} from './certificates.ts'
export { credentialsIn } from './credentials-in.ts'
export { type GaiaX, type GaiaXGiven, openGaiaX } from './gaia-x.ts'
export { hostOf } from './host.ts'
export { describeOffline, type OfflineDescription } from './offline.ts'
export { deleteFormer, forgetSignatures } from './retention.ts'
export { gaiaXRoutes } from './routes.ts'
export { createValidation } from './validate.ts'
