/** Which page of a list is wanted; numbers come as text. */
export interface PageInput {
  readonly limit?: string
  readonly offset?: string
}

/** A page of a list that is not long enough to need a place to go on from. */
export async function pagedBy<Input extends PageInput, T, View>(
  { limit = '50', offset = '0', ...conditions }: Input,
  list: (query: Omit<Input, keyof PageInput> & { limit: number; offset: number }) => Promise<readonly T[]>,
  view: (thing: T) => View,
): Promise<{ readonly items: readonly View[]; readonly offset: number; readonly limit: number }> {
  const page = { offset: Number(offset), limit: Number(limit) }
  return { items: (await list({ ...conditions, ...page })).map(view), ...page }
}
