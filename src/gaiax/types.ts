import type { Events } from '../telemetry/index.ts'

/** Who has signed a credential that is kept here: we ourselves, a notary, a clearing house, or the other side of an agreement. */
export type Source = 'own' | 'notary' | 'compliance' | 'peer'

/** `superseded`: there is a later version; `revoked`: there is none any more. */
export type CredentialState = 'active' | 'superseded' | 'revoked'

/** Where the status of a credential of ours is told. */
export interface StatusPlace {
  readonly list: string
  readonly index: number
}

/** A version of a Gaia-X credential. */
export interface GaiaXCredential {
  /** The credential's id: the URL under which everybody finds it. */
  readonly id: string
  readonly version: number
  /** Without a prefix: `LegalPerson`, `VatID`, `LabelCredential`, … */
  readonly type: string
  /** The id of its subject. */
  readonly subject: string
  /** The id of the dataset or agreement that it describes; null for what is about us. */
  readonly about: string | null
  /** A compact JWS. */
  readonly jwt: string
  /** A digest of what we say in it, apart from dates and status; null for what others have signed. */
  readonly content: string | null
  /** The name of our key that has signed it. */
  readonly kid: string | null
  readonly validFrom: Date
  readonly validUntil: Date | null
  readonly state: CredentialState
  readonly source: Source
  readonly status: StatusPlace | null
  readonly createdAt: Date
}

/** A credential to be kept; what is left out is null. */
export type Draft = Pick<GaiaXCredential, 'id' | 'type' | 'subject' | 'jwt' | 'validFrom' | 'validUntil' | 'source'> &
  Partial<Pick<GaiaXCredential, 'about' | 'content' | 'kid' | 'status'>>

/** A piece of a self-description before it is dated and signed. */
export interface Statement {
  /** The last part of its URL. */
  readonly name: string
  /** Without a prefix. */
  readonly type: string
  readonly about: string | null
  /** The id of its subject, where that is not made from its URL. */
  readonly subject?: string
  /** The credential's subject, apart from its id. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What the room tells of. */
export type GaiaXEvents = Pick<Events, 'gaiaX'>
