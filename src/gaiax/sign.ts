import { keyUrl } from '../identity/index.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { type Keyring, type Signer, signCompact } from '../keys/index.ts'
import { contextsOf, VC20 } from './vocabulary.ts'

/** Signs credentials and presentations of ours. */
export interface Signing {
  /** The name of the key that signs now. Throws `unavailable` when the certificate is another key's. */
  readonly kid: () => string
  /** A credential as `vc+jwt`: the payload is the credential itself. */
  readonly credential: (payload: object) => Promise<string>
  /** A presentation as `vp+jwt`. */
  readonly presentation: (payload: object) => Promise<string>
}

/** Makes it (Gaia-X ICAM 25.11, chapter 5: five members of the header, `iss` among them). `current` gives the key to sign with. */
export function createSigning({ did, current }: { did: string; current: () => Signer }): Signing {
  const sign = (typ: string, cty: string) => (payload: object) => {
    const signer = current()
    return signCompact(signer, { typ, cty, iss: did, kid: keyUrl(did, signer.kid) }, payload)
  }
  return {
    kid: () => current().kid,
    credential: sign('vc+jwt', 'vc'),
    presentation: sign('vp+jwt', 'vp'),
  }
}

/** The key to sign with: the one that the certificate is for. */
export function certifiedKey(ring: Pick<Keyring, 'current'>, certified: string, refuse: () => Error): () => Signer {
  return () => {
    const signer = ring.current()
    if (signer.kid !== certified) throw refuse()
    return signer
  }
}

/** An XML Schema dateTime without fractions. */
const dateTime = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')

/** What a credential of ours says, apart from its subject. */
export interface Envelope {
  readonly id: string
  /** Without a prefix. */
  readonly type: string
  readonly issuer: string
  readonly context: string
  readonly validFrom: Date
  readonly validUntil: Date
  /** Where its status is told: the URL of the list, and the place in it. */
  readonly status?: { readonly url: string; readonly index: number }
}

/** The payload of a credential. */
export function credentialPayload(
  envelope: Envelope,
  claims: Readonly<Record<string, unknown>>,
  subject: string,
): JsonObject {
  const { id, type, issuer, context, validFrom, validUntil, status } = envelope
  return {
    '@context': contextsOf(context),
    id,
    type: ['VerifiableCredential', `gx:${type}`],
    issuer,
    validFrom: dateTime(validFrom),
    validUntil: dateTime(validUntil),
    ...(status && {
      credentialStatus: {
        id: `${status.url}#${status.index}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: String(status.index),
        statusListCredential: status.url,
      },
    }),
    credentialSubject: { id: subject, type: `gx:${type}`, ...claims },
  }
}

/** The payload of a presentation of credentials. */
export const presentationPayload = (given: {
  id: string
  issuer: string
  validFrom: Date
  validUntil: Date
  credentials: readonly string[]
}): object => ({
  '@context': [VC20],
  id: given.id,
  type: 'VerifiablePresentation',
  issuer: given.issuer,
  validFrom: dateTime(given.validFrom),
  validUntil: dateTime(given.validUntil),
  verifiableCredential: given.credentials.map(jwt => ({
    '@context': VC20,
    type: 'EnvelopedVerifiableCredential',
    id: `data:application/vc+jwt,${jwt}`,
  })),
})
