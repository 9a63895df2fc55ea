import type { TrustedIssuer } from '../../config/types.ts'

/** Whose word we take for what. */
export interface Trust {
  /** Those of the types for which we trust the issuer; none, if we do not trust it at all. */
  typesBy(issuer: string, types: readonly string[]): readonly string[]
}

/** `VerifiableCredential` is what all are; it says nothing. */
const general = 'VerifiableCredential'

/** An issuer without types is trusted for all. */
export function createTrust(issuers: readonly TrustedIssuer[]): Trust {
  const trusted = new Map(issuers.map(({ id, types }) => [id, types]))
  return {
    typesBy(issuer, types) {
      const allowed = trusted.get(issuer)
      if (allowed === undefined) return []
      return types.filter(type => type !== general && (allowed.length === 0 || allowed.includes(type)))
    },
  }
}
