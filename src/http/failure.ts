import { badGateway, KontorError, unavailable } from '../errors.ts'

/** What can go wrong while a peer is called, in words. */
const words: Readonly<Record<string, string>> = {
  ANSWER_LATE: 'it gave no complete answer in time',
  ANSWER_TOO_LARGE: 'its answer is larger than we take',
  ERR_BUFFER_TOO_LARGE: 'its answer is larger than we take',
  UPGRADE_REFUSED: 'it wants to speak another protocol',
  ENCODING_UNKNOWN: 'its answer has a Content-Encoding that we do not know',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  EHOSTUNREACH: 'no way leads to its address',
  ENETUNREACH: 'no way leads to its address',
  ETIMEDOUT: 'its address does not answer',
  ENOTFOUND: 'nobody knows its name',
  EAI_AGAIN: 'the name service gives no answer',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate comes from an issuer whom we do not trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an issuer whom we do not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an issuer whom we do not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an issuer whom we do not trust',
}

/** What a code means, for the rest of a sentence. */
export const wordsFor = (code: string): string => words[code] ?? `the exchange failed (${code})`

/** Turns whatever ended a request into an error of ours. The sentence leaves out the query: it may hold secrets. */
export function failure(url: URL, error: unknown, signal: AbortSignal | undefined): KontorError {
  if (error instanceof KontorError) return error
  const where = JSON.stringify(url.origin + url.pathname)
  if (signal?.aborted) return unavailable(`The request to ${where} was called off.`, { cause: error })
  const code = codeOf(error)
  return badGateway(`The peer at ${where} could not be asked: ${wordsFor(code)}.`, {
    cause: error,
  })
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
