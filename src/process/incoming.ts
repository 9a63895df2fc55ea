import { digestOf } from './journal.ts'
import type { Claims } from './kind.ts'
import type { Step } from './types.ts'

/** Who sent a message, of which process it is, and how to know it again. */
export interface Envelope {
  readonly counterparty: string
  /** What is attested about the sender. */
  readonly claims: Claims
  /** The ids of the process as the message has them. */
  readonly pids: { readonly consumerPid?: string | undefined; readonly providerPid?: string | undefined }
  /** SHA-256 of the message as JSON with sorted members: whoever sends it again may have it in another order. */
  readonly digest: string
  /** SHA-256 of the message without its `@id`: a first message is the same if it says the same. */
  readonly content: string
  /** Whether the message has an `@id`: without one, equal messages may still be two. */
  readonly named: boolean
  /** Under which a repetition is known: the `@id`, since a repeated start message may carry a fresh token; else the content. */
  readonly key: string
  /** Its sender stores its own step some time after our answer; where that fails, it says the same again under another id. */
  readonly storesLate?: boolean
}

/** A message of a counterparty, verified and understood. */
export interface Incoming<S extends Step> extends Envelope {
  readonly step: S
}

/** The envelope of a message. */
export function envelopeOf(sender: { readonly id: string; readonly claims: Claims }, message: object): Envelope {
  const { '@id': name, ...content } = message as { '@id'?: unknown; consumerPid?: string; providerPid?: string }
  const { consumerPid, providerPid } = content
  const contentDigest = digestOf(content)
  const named = name !== undefined
  return {
    counterparty: sender.id,
    claims: sender.claims,
    pids: { consumerPid, providerPid },
    digest: named ? digestOf(message) : contentDigest,
    content: contentDigest,
    named,
    key: named ? digestOf(name) : contentDigest,
  }
}
