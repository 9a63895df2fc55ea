import type { JsonObject } from '../../jsonld/index.ts'
import { createCache } from '../cache.ts'
import { bitAt } from '../credentials/status-list.ts'
import { Rejection } from '../rejection.ts'
import type { StatusList } from './status-list.ts'
import type { Trust } from './trust.ts'
import type { StatusEntry } from './types.ts'

/** Checks that a credential is neither revoked nor suspended; gives until when that is known, ms since 1970. Throws a `Rejection`. */
export type CheckStatus = (issuer: string, entries: readonly StatusEntry[]) => Promise<number>

/** Statuses that end what a credential says, and the reason they are. */
const bad: Readonly<Record<string, 'credential-revoked' | 'credential-suspended'>> = {
  revocation: 'credential-revoked',
  suspension: 'credential-suspended',
}
/** Statuses that end nothing. */
const harmless: ReadonlySet<unknown> = new Set(['refresh', 'message'])

const entryTypes: ReadonlySet<unknown> = new Set(['BitstringStatusListEntry', 'StatusList2021Entry'])

/** Nobody has a status in so many lists. */
const most = 10

/** Reads where a credential's statuses are told. Throws a `Rejection` for what we cannot check: it might be revoked there. */
export function readStatusEntries(given: readonly JsonObject[]): readonly StatusEntry[] {
  if (given.length > most) throw unsupported(`there are more than ${most}`)
  return given.filter(({ statusPurpose }) => !harmless.has(statusPurpose)).map(readEntry)
}

function readEntry(entry: JsonObject): StatusEntry {
  const { type, statusPurpose, statusListIndex, statusListCredential, statusSize = 1 } = entry
  const index =
    typeof statusListIndex === 'string' && /^\d{1,10}$/.test(statusListIndex)
      ? Number(statusListIndex)
      : statusListIndex
  if (!entryTypes.has(type)) throw unsupported('it is of a type that we do not know')
  if (typeof statusPurpose !== 'string' || !Object.hasOwn(bad, statusPurpose))
    throw unsupported('it has an unknown purpose')
  if (
    typeof index !== 'number' ||
    !Number.isSafeInteger(index) ||
    index < 0 ||
    typeof statusListCredential !== 'string'
  )
    throw unsupported('it names no place in a list')
  if (statusSize !== 1 && statusSize !== '1') throw unsupported('its entries are larger than a bit')
  return { purpose: statusPurpose, index, list: statusListCredential }
}

const unsupported = (why: string): Rejection =>
  new Rejection('status-unsupported', `A status of the credential cannot be checked: ${why}.`)

/** Lists in memory: mostly of 16 KiB, and even if each were as large as is allowed it would hold them. */
const remembered = 200
/** How long a list is left in peace that could not be had, and one that could, ms. */
const missFor = 5_000
const rest = 1_000

/**
 * Checks statuses in lists that are kept for `keepFor` ms, or until they end; while a list cannot be fetched, the old one serves on for
 * another `staleFor` ms. A list counts if the credential's issuer signed it, or somebody trusted for status lists: whoever
 * is trusted for all types is.
 */
export function createCheckStatus(given: {
  fetchList: (url: string) => Promise<StatusList>
  trust: Trust
  keepFor: number
  staleFor: number
  now: () => Date
}): CheckStatus {
  const { fetchList, trust, keepFor, staleFor, now } = given
  const cache = createCache<StatusList & { readonly checked: number }>({
    most: remembered,
    now,
    missFor,
    staleFor,
    isOutage,
  })

  async function load(url: string) {
    const list = await fetchList(url)
    const checked = Math.min(now().getTime() + keepFor, list.until ?? Infinity)
    return { value: { ...list, checked }, until: checked }
  }

  async function check(issuer: string, { purpose, index, list: url }: StatusEntry): Promise<number> {
    const list = await cache.get(url, () => load(url))
    if (list.issuer !== undefined && list.issuer !== issuer && trust.typesBy(list.issuer, list.types).length === 0)
      throw new Rejection(
        'status-list-foreign',
        'The status list is signed by somebody who has no say about the credential.',
      )
    if (!list.purposes.includes(purpose))
      throw new Rejection('status-list-invalid', `The status list is not about ${purpose}.`)
    if (index >= list.bits.length * 8) throw new Rejection('status-index', 'The status list has no such entry.')
    const reason = bitAt(list.bits, index) ? bad[purpose] : undefined
    if (reason !== undefined) throw new Rejection(reason, `The credential is in the list for ${purpose}.`)
    // A list that is used after its time is looked at again soon, and none all the time.
    const time = now().getTime()
    return Math.max(list.checked, time + (list.checked > time ? rest : missFor))
  }

  return async (issuer, entries) => {
    const ends = await Promise.all(entries.map(entry => check(issuer, entry)))
    return Math.min(Infinity, ...ends)
  }
}

const isOutage = (error: unknown): boolean => error instanceof Rejection && error.code === 'status-unreachable'
