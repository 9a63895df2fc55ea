export { signJwt, type VerifiedClaims, verifyJwt } from './jwt.ts'
export { type Keyring, openKeyring } from './keyring.ts'
