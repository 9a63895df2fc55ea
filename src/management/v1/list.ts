import type { ProcessQuery } from '../../process/index.ts'
import type { ListInput } from './shapes.ts'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly offset: number
  readonly limit: number
}

/** The page that is asked for, the latest first. */
export async function pageOf<T, View>(
  { limit = '50', offset = '0', ...conditions }: ListInput,
  list: (query: ProcessQuery) => Promise<readonly T[]>,
  view: (thing: T) => View,
): Promise<Page<View>> {
  const page = { offset: Number(offset), limit: Number(limit) }
  const found = await list({ ...conditions, ...page })
  return { items: found.map(view), ...page }
}
