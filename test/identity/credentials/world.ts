import { type Content, type Profile, type Sign, writeCredential } from '../../../src/identity/credentials/profiles.ts'
import { signCompact } from '../../../src/keys/index.ts'
import { freshSigner } from '../../support/keys.ts'

/** Signs with a fresh key that stands for the `credentials` key of a DID. */
export function signerOf(did: string): Sign {
  const signer = freshSigner('ES256')
  return ({ header, payload }) => signCompact(signer, { ...header, kid: `${did}#${signer.kid}` }, payload)
}

export const issuer = 'did:web:issuer.example'
export const holder = 'did:web:holder.example'

/** A membership, valid in the year 2026. */
export const content = (changes: Partial<Content> = {}): Content => ({
  id: 'urn:uuid:8247b87d-8d72-47e1-8128-9ce47e3d829d',
  type: 'MembershipCredential',
  issuer,
  holder,
  claims: { memberOf: 'Hansa' },
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: new Date('2027-01-01T00:00:00Z'),
  status: [],
  ...changes,
})

/** A signed credential. */
export const credential = (
  profile: Profile = 'vc11-sl2021/jwt',
  changes: Partial<Content> = {},
  sign = signerOf(issuer),
): Promise<string> => sign(writeCredential[profile](content(changes)))
