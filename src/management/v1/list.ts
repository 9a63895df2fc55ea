import { invalid } from '../../errors.ts'
import type { ProcessQuery } from '../../process/index.ts'
import type { ListInput } from './shapes.ts'

/** What tells where a page ends. */
interface Listed {
  readonly id: string
  readonly createdAt: Date
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly offset: number
  readonly limit: number
  /** Asks for the page behind this one as `after`; null when this is the last. */
  readonly next: string | null
}

/** The page that is asked for, the latest first. */
export async function pageOf<T extends Listed, View>(
  { limit = '50', offset = '0', after, ...conditions }: ListInput,
  list: (query: ProcessQuery) => Promise<readonly T[]>,
  view: (thing: T) => View,
): Promise<Page<View>> {
  const page = { offset: Number(offset), limit: Number(limit) }
  const found = await list({ ...conditions, ...page, after: after === undefined ? undefined : placeOf(after) })
  const last = found.length === page.limit ? found.at(-1) : undefined
  return { items: found.map(view), ...page, next: last ? nameOf(last) : null }
}

/** The place behind a process, as text: when it was created, and its id. */
const nameOf = ({ id, createdAt }: Listed): string => Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url')

function placeOf(name: string): Listed {
  const [, time, id] = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(name, 'base64url').toString()) ?? []
  if (time === undefined || id === undefined)
    throw invalid('The list cannot go on there.', {
      faults: [{ path: '/after', message: 'must be the `next` of a page' }],
    })
  return { id, createdAt: new Date(Number(time)) }
}
