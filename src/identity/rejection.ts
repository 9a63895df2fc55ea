import { KontorError } from '../errors.ts'

/** What a peer is told: the status, our stable code, and a sentence that gives nothing away about how we judge. */
type Telling = readonly [status: 401 | 403, code: 'unauthenticated' | 'forbidden', sentence: string]

const token: Telling = [401, 'unauthenticated', 'The self-issued ID token is not accepted.']
const untimely: Telling = [
  401,
  'unauthenticated',
  'The self-issued ID token is not accepted: it has expired, or is not valid yet.',
]
const used: Telling = [
  401,
  'unauthenticated',
  'The self-issued ID token has been used before: make a new one for each request.',
]
const unknown: Telling = [401, 'unauthenticated', 'A DID document could not be used to verify what you sent.']
const unseen: Telling = [
  401,
  'unauthenticated',
  'Your credentials could not be fetched from the credential service in your DID document.',
]
const presentation: Telling = [403, 'forbidden', 'The presentation from your credential service is not accepted.']
const credential: Telling = [403, 'forbidden', 'A credential that you presented is not accepted.']
const lacking: Telling = [403, 'forbidden', 'You presented no credential that we demand and whose issuer we trust.']

/** Every reason for which a token, a presentation or a credential is turned down, by its code in our log and what its sender is told. */
// biome-ignore format: a table is read by its columns
export const reasons = {
  'token-missing':            [401, 'unauthenticated', 'Send a self-issued ID token as "Bearer" in the Authorization header.'],
  'token-malformed':          token,    // not three parts of base64url, no JSON, too large
  'token-algorithm':          token,    // none, HMAC, or one that its key is not for
  'token-brings-key':         token,    // jwk, jku, x5c, x5u: whoever names the key could name any
  'token-of-other-type':      token,    // typ, cty: made for another purpose
  'token-signature':          token,
  'token-issuer':             token,    // iss and sub are not one DID
  'token-audience':           token,
  'token-without-time':       token,
  'token-expired':            untimely,
  'token-not-yet-valid':      untimely,
  'token-lives-too-long':     token,
  'token-without-jti':        token,
  'token-replayed':           used,
  'token-without-access':     [401, 'unauthenticated', 'The self-issued ID token lacks the claim "token", by which your credentials can be asked for.'],
  'access-token':             token,    // the access token in it is not ours, has expired, or was made for another
  'key-of-another':           token,    // kid names a key of another DID
  'key-unknown':              unknown,
  'key-for-other-use':        unknown,  // in the document, but not in the relationship that counts
  'did-malformed':            unknown,
  'did-method-unsupported':   unknown,
  'did-unreachable':          unknown,  // nobody answers; may mend itself
  'did-not-found':            unknown,
  'did-redirected':           unknown,
  'did-document-invalid':     unknown,
  'service-missing':          unknown,  // no such entry in the DID document
  'service-unreachable':      unseen,
  'service-refused':          unseen,
  'presentation-malformed':   presentation,
  'presentation-empty':       lacking,
  'presentation-too-large':   presentation,
  'presentation-holder':      presentation,
  'presentation-signature':   presentation,
  'presentation-audience':    presentation,
  'presentation-time':        presentation,
  'credential-malformed':     credential,
  'credential-signature':     credential,
  'credential-issuer':        credential, // its statements about the issuer differ, or the key is another's
  'credential-subject':       credential, // about somebody else than the holder
  'credential-expired':       [403, 'forbidden', 'A credential that you presented has expired: ask its issuer for a new one.'],
  'credential-not-yet-valid': credential,
  'credential-schema':        credential,
  'schema-unusable':          credential,
  'credential-revoked':       [403, 'forbidden', 'A credential that you presented has been revoked by its issuer.'],
  'credential-suspended':     [403, 'forbidden', 'A credential that you presented is suspended by its issuer.'],
  'status-unsupported':       credential,
  'status-unreachable':       unseen,
  'status-list-invalid':      credential,
  'status-list-unsigned':     credential,
  'status-list-foreign':      credential, // signed by somebody who has no say
  'status-list-too-short':    credential,
  'status-list-too-large':    credential,
  'status-index':             credential, // beyond the end of the list
  'issuer-not-trusted':       lacking,
  'credential-missing':       lacking,
} as const satisfies Readonly<Record<string, Telling>>

/** The stable code of a reason, for logs and metrics. */
export type Reason = keyof typeof reasons

/** Something of a peer's that is turned down. The message is for our log: what was wrong, never the thing itself. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly code: Reason

  constructor(code: Reason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The error to answer with: what the peer may know of why it was turned down. The rejection is its cause. */
export function answerTo(rejection: Rejection): KontorError {
  const [status, code, sentence] = reasons[rejection.code]
  return new KontorError(code, status, sentence, { cause: rejection })
}
