import { randomUUID } from 'node:crypto'
import type { Anchors } from './chain.ts'
import { isObject, type Json } from './json.ts'
import { against, malformed } from './refusal.ts'
import { openDesk, verifyCredential } from './tokens.ts'

const YEAR = 365 * 86_400_000
const MOST = 10_000
const LARGEST_PAGE = 100

interface Kept {
  readonly at: number
  readonly event: Json
}

/** The board on which holders of labels make them known: CloudEvents 1.0, kept for a year. */
export function createCredentialEvents(given: { compliance: readonly string[]; anchors: Anchors; now: () => Date }) {
  const { compliance, anchors, now } = given
  let kept: Kept[] = []

  return {
    /** Takes an event with a label in it; only those of trusted clearing houses are put up. Gives the event as it is kept. */
    async put(event: unknown): Promise<Json> {
      if (!isObject(event)) throw malformed('CloudEvents', 'body', 'a JSON object is expected')
      const { specversion, type, source, data, time } = event
      if (specversion !== '1.0') throw malformed('CloudEvents', 'specversion', 'must be "1.0"')
      if (type !== 'eu.gaia-x.credential') throw malformed('CloudEvents', 'type', 'must be "eu.gaia-x.credential"')
      if (typeof source !== 'string' || source === '') throw malformed('CloudEvents', 'source', 'must be a DID or URL')
      if (time !== undefined && (typeof time !== 'string' || Number.isNaN(Date.parse(time))))
        throw malformed('CloudEvents', 'time', 'must be a date and time')
      if (typeof data !== 'string') throw malformed('CloudEvents', 'data', 'must be a label as vc+jwt')
      const { issuer, id } = await verifyCredential(data, openDesk(anchors, now()))
      if (!compliance.includes(issuer)) throw against('label', id, `${issuer} is no trusted clearing house`)
      const stored: Json = { ...event, id: randomUUID(), time: time ?? now().toISOString() }
      kept = [{ at: now().getTime(), event: stored }, ...kept.filter(({ at }) => at > now().getTime() - YEAR)].slice(
        0,
        MOST,
      )
      return stored
    },

    /** A page of events, latest first. */
    list(query: URLSearchParams): readonly Json[] {
      const page = whole(query, 'page', 0, Number.MAX_SAFE_INTEGER)
      const size = whole(query, 'size', 20, LARGEST_PAGE)
      const type = query.get('type')
      const found = kept.map(({ event }) => event).filter(event => type === null || event.type === type)
      return found.slice(page * size, (page + 1) * size)
    },
  }
}

function whole(query: URLSearchParams, name: string, otherwise: number, most: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > most) throw malformed('paging', name, `must be a whole number up to ${most}`)
  return value
}
