import type { Queryable } from '../db/index.ts'
import type { Place } from './continuation.ts'
import type { Question } from './filter.ts'
import { type Candidate, listAfter, listSorted, type Visible } from './store/pages.ts'
import type { FormatsOf } from './types.ts'

/** A dataset on a page. */
export interface Chosen {
  readonly id: string
  /** The formats in which it can be had; at least one. */
  readonly formats: readonly string[]
}

/** The datasets of a page, and the places of those beside it. */
export interface Choice {
  readonly chosen: readonly Chosen[]
  readonly next: Place | undefined
  readonly previous: Place | undefined
}

/** As many rows as are worth a round trip. */
const BATCH = 1_000

/** Which datasets stand on a page: only ids and formats are held, so a page may be long. What no data plane serves is passed over. */
export async function choosePage(
  db: Queryable,
  given: { accessPolicyIds: readonly string[]; question: Question; place: Place | undefined; formatsOf: FormatsOf },
): Promise<Choice> {
  const { question, place, formatsOf, accessPolicyIds } = given
  const visible = { accessPolicyIds, matcher: question.matcher }
  const { sort } = question
  if (sort !== undefined) return chooseSorted(db, visible, { ...question, sort }, place, formatsOf)
  return chooseById(db, visible, question, place, formatsOf)
}

async function chooseById(
  db: Queryable,
  visible: Visible,
  { offset, limit, descending }: Question,
  place: Place | undefined,
  formatsOf: FormatsOf,
): Promise<Choice> {
  const { from, skip, backwards } = toStart(place ?? { offset })
  const rows = walkById(db, visible, { from, descending: descending !== backwards, batch: skip + limit + 1 })
  const found = await take(rows, formatsOf, skip, limit + 1)
  const chosen = backwards ? found.slice(0, limit).reverse() : found.slice(0, limit)
  const more = found.length > limit
  const begun = from !== null || skip > 0
  const [first, last] = [chosen.at(0), chosen.at(-1)]
  return {
    chosen,
    next: last && (backwards || more) ? { after: last.id } : undefined,
    previous: first && (backwards ? more : begun) ? { before: first.id } : undefined,
  }
}

function toStart(place: Place): { from: string | null; skip: number; backwards: boolean } {
  if ('offset' in place) return { from: null, skip: place.offset, backwards: false }
  if ('before' in place) return { from: place.before, skip: 0, backwards: true }
  return { from: place.after, skip: 0, backwards: false }
}

/** Sorted by a property, a page's place is a number: properties need not be unique, or there at all. */
async function chooseSorted(
  db: Queryable,
  visible: Visible,
  question: Question & { readonly sort: readonly [string, string] },
  place: Place | undefined,
  formatsOf: FormatsOf,
): Promise<Choice> {
  const { limit } = question
  const offset = place !== undefined && 'offset' in place ? place.offset : question.offset
  const found = await take(walkSorted(db, visible, question, offset + limit + 1), formatsOf, offset, limit + 1)
  return {
    chosen: found.slice(0, limit),
    next: found.length > limit ? { offset: offset + limit } : undefined,
    previous: offset > 0 ? { offset: Math.max(0, offset - limit) } : undefined,
  }
}

async function* walkById(
  db: Queryable,
  visible: Visible,
  { from, descending, batch }: { from: string | null; descending: boolean; batch: number },
): AsyncGenerator<Candidate> {
  const limit = Math.min(batch, BATCH)
  for (let after = from; ; ) {
    const rows = await listAfter(db, visible, { after, descending, limit })
    yield* rows
    const last = rows[limit - 1]
    if (last === undefined) return
    after = last.id
  }
}

async function* walkSorted(
  db: Queryable,
  visible: Visible,
  { sort, descending }: { sort: readonly [string, string]; descending: boolean },
  wanted: number,
): AsyncGenerator<Candidate> {
  const limit = Math.min(wanted, BATCH)
  for (let offset = 0; ; offset += limit) {
    const rows = await listSorted(db, visible, { sort, descending, offset, limit })
    yield* rows
    if (rows.length < limit) return
  }
}

async function take(
  rows: AsyncIterable<Candidate>,
  formatsOf: FormatsOf,
  skip: number,
  count: number,
): Promise<Chosen[]> {
  const taken: Chosen[] = []
  let skipped = 0
  for await (const { id, source } of rows) {
    const formats = formatsOf(source)
    if (formats.length === 0) continue
    if (skipped < skip) skipped++
    else if (taken.push({ id, formats }) >= count) break
  }
  return taken
}
