export { type Algorithm, algorithms } from './algorithms.ts'
export { type Content, decodeCompact, type JoseHeader, signCompact, verifyCompact } from './compact.ts'
export { signJwt, type VerifiedClaims, verifyJwt } from './jwt.ts'
export type { Keyring } from './keyring.ts'
export { type KeyEntry, type KeySettings, type Keys, openKeys, rewrapKeys, signerOf, type Wish } from './keys.ts'
export { type CertifiedToken, certifiedKey, openCertified } from './others.ts'
export {
  keyNameOf,
  type ProviderClaims,
  type ProviderKey,
  readProviderKeys,
  verifyProviderToken,
} from './provider-token.ts'
export { type PublicJwk, publicJwkOf, readPublicKey, type VerificationKey } from './public-key.ts'
export { type Purpose, purposeNames } from './purposes.ts'
export type { Safe } from './safe.ts'
export { createSecrets, type Reveal, type SecretDraft, type Secrets } from './secrets.ts'
export type { Signer } from './signer.ts'
export type { KeeperName } from './store.ts'
