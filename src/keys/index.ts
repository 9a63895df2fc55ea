export { type Expected, type StandardClaims, signJwt, type VerifiedClaims, verifyJwt } from './jwt.ts'
export { type Keyring, openKeyring, type SigningKey } from './keyring.ts'
