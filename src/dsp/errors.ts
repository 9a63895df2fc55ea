import type { KontorError } from '../errors.ts'
import { DSP_CONTEXT } from './messages.ts'

/** The error types of DSP 2025-1, one for each of its protocols. */
export type ErrorType = 'CatalogError' | 'ContractNegotiationError' | 'TransferError'

/** The pids of the process a request was about, as far as it told. */
export interface Pids {
  readonly consumerPid?: string | undefined
  readonly providerPid?: string | undefined
}

/** RFC 9562's nil UUID: the schemas demand both pids even where a request named none. */
const UNKNOWN = 'urn:uuid:00000000-0000-0000-0000-000000000000'

const ours = 'This connector cannot do that at the moment: try again later.'

/** An error in the protocol's own words. `code` is stable for programs, `reason` is for people. */
export function errorBody(type: ErrorType, error: KontorError, { consumerPid, providerPid }: Pids): object {
  const pids =
    type === 'CatalogError' ? {} : { consumerPid: consumerPid ?? UNKNOWN, providerPid: providerPid ?? UNKNOWN }
  // What is wrong on our side names hosts and parts that are nobody else's business; an `internal` error only its id in the log.
  if (error.status >= 500 && error.code !== 'internal')
    return { '@context': [DSP_CONTEXT], '@type': type, ...pids, code: error.code, reason: [ours] }
  const faults = error.faults.map(({ path, message }) => `${path || '/'}: ${message}`)
  return { '@context': [DSP_CONTEXT], '@type': type, ...pids, code: error.code, reason: [error.message, ...faults] }
}

/** What a peer's error body says, in one bounded line; undefined if it says nothing we can read. */
export function reasonOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { reason, code } = body as { reason?: unknown; code?: unknown }
  const reasons = reasonsOf(Array.isArray(reason) ? reason : [reason])
  if (reasons.length === 0) return typeof code === 'string' ? code.slice(0, 100) : undefined
  return reasons.join('; ').slice(0, 1_000)
}

/** Reasons come as strings, as language-tagged values, or as whatever a peer thought fit; we keep bounded texts. */
export const reasonsOf = (reasons: readonly unknown[] = []): string[] =>
  reasons
    .slice(0, 20)
    .map(textOf)
    .filter(text => text !== undefined)

function textOf(reason: unknown): string | undefined {
  if (typeof reason === 'string') return reason.slice(0, 1_000)
  if (typeof reason !== 'object' || reason === null) return undefined
  const value = (reason as Record<string, unknown>)['@value']
  return (typeof value === 'string' ? value : JSON.stringify(reason)).slice(0, 1_000)
}
