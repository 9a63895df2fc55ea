/** Where the status of a credential is told, as the credential itself says. */
export interface StatusEntry {
  readonly purpose: string
  readonly index: number
  /** The URL of the status list credential. */
  readonly list: string
}

/** What an issuer whom we trust attests about a participant, verified. JSON: it is stored with transfers. */
export interface VerifiedCredential {
  readonly id?: string
  /** Those for which we trust its issuer. */
  readonly types: readonly string[]
  readonly issuer: string
  readonly subject: Readonly<Record<string, unknown>>
  /** xsd:dateTime. */
  readonly validFrom?: string
  readonly validUntil?: string
  readonly status?: readonly StatusEntry[]
  /** Attested by a specialist, whose rules it is judged by later, too. */
  readonly by?: string
  /** SHA-256 of all it says, hexadecimal; where another credential speaks of it by that. */
  readonly digest?: string
}

/** A credential that holds now, and until when nobody need look at it again; ms since 1970. */
export interface Holding {
  readonly credential: VerifiedCredential
  readonly until: number
}
