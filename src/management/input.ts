import { invalid, notFound } from '../errors.ts'
import { type Context, readJson } from '../http/index.ts'

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
const unstorable = /[\0\p{Surrogate}]/u

const LONGEST_ID = 2_048

/** The id in the path of a request; empty where the path has none. Throws `not-found` for what cannot be an id. */
export function readId(ctx: Context): string {
  const id: string = ctx.params.id ?? ''
  if (id.length > LONGEST_ID || unstorable.test(id)) throw notFound('object', `${id.slice(0, 100)}…`)
  return id
}

/** The JSON body of a request, or undefined if there is none. Throws `invalid`, and whatever `readJson` throws. */
export async function readBody(ctx: Context): Promise<unknown> {
  if (isEmpty(ctx)) return undefined
  const body = await readJson(ctx)
  if (!isStorable(body))
    throw invalid('The body has a text with the character NUL or half a surrogate pair; leave it out.')
  return body
}

const isEmpty = ({ method, req: { headers } }: Context): boolean =>
  method === 'GET' || (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0)

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !unstorable.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => !unstorable.test(key) && isStorable(inner))
}
