/** Who is speaking, as verified; policies see nothing else of a peer. */
export interface Counterparty {
  readonly id: string
  /** What is attested about it, by claim name. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** Finds out who sent a request from its Authorization header. Throws `unauthenticated`. */
export type VerifySender = (authorization: string | undefined) => Promise<Counterparty>

/** The Authorization header of a request of ours to a participant. Throws `invalid` if we have nothing to show it. */
export type Authorize = (participantId: string) => Promise<string>
