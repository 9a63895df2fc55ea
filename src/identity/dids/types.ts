import type { JsonObject } from '../../jsonld/index.ts'
import type { VerificationKey } from '../../keys/index.ts'

/** What a key in a DID document may be used for (DID Core 1.0 §5.3), as far as DCP asks. */
export const relationships = ['authentication', 'assertionMethod', 'capabilityInvocation'] as const
export type Relationship = (typeof relationships)[number]

/** One key of a DID. */
export interface Method {
  /** The DID URL, never relative. */
  readonly id: string
  /** Absent when it is a sort of key that we do not verify by. */
  readonly key: VerificationKey | undefined
  readonly uses: ReadonlySet<Relationship>
  /** As the document has it, certificates and all; absent where it is written in another way. */
  readonly jwk: JsonObject | undefined
}

/** A service of a DID's subject, such as its credential service. */
export interface Service {
  readonly types: readonly string[]
  readonly endpoint: string
}

/** What we read out of a DID document, checked. */
export interface DidDocument {
  readonly id: string
  readonly methods: readonly Method[]
  readonly services: readonly Service[]
}

/** DID documents as others publish them. All functions throw a `Rejection` that says what is wrong with it. */
export interface Dids {
  resolve(did: string): Promise<DidDocument>
  /**
   * The key by which something that names `kid` is verified; without `kid`, the document's only key. It must be a key of that
   * very DID, meant for that use. A document that lacks it is fetched once more: the key may be new.
   */
  findKey(did: string, kid: string | undefined, use: Relationship): Promise<VerificationKey>
  /** The method itself, though its key may be none that we sign with. */
  findMethod(did: string, kid: string | undefined, use: Relationship): Promise<Method>
  /** The endpoint of the first service of a type. */
  findService(did: string, type: string): Promise<string>
}
