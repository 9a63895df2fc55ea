import type { Policy } from '../policy/index.ts'

/** Who is speaking, as verified; policies see nothing else of a peer. */
export interface Counterparty {
  readonly id: string
  /** What is attested about it, by claim name. */
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * The policies that a message is about: they tell which claims of its sender matter. Null, where it is enough to know who sent it.
 * Asked when that is known.
 */
export type About = (senderId: string) => Promise<readonly Policy[] | null>

/** Finds out who sent a request from its Authorization header, and what is attested about the sender. Throws `unauthenticated` or `forbidden`. */
export type VerifySender = (authorization: string | undefined, about?: About) => Promise<Counterparty>

/**
 * The Authorization header of a request of ours to a participant; it lets the participant see the claims of ours that the policies ask
 * for. Throws `invalid` if we have nothing to show it.
 */
export type Authorize = (participantId: string, about?: readonly Policy[]) => Promise<string>
