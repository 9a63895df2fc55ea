import type { ChainFault } from '../certificates.ts'

/** Why a Gaia-X credential of somebody else does not count, by stable codes. */
export type RefusalCode =
  | 'malformed'
  | 'algorithm'
  | 'type'
  | 'issuer'
  | 'key'
  | 'signature'
  | 'chain-unreachable'
  | ChainFault
  | 'chain-revoked'
  | 'chain-status'
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  | 'status'
  | 'untrusted'
  | 'label-foreign'
  | 'label-rules'
  | 'unreachable'

/** A Gaia-X credential that does not count. It makes nothing else wrong: policies see less. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
