import { notFound } from '../errors.ts'
import { type Context, readDocument, readJson } from '../http/index.ts'

/** PostgreSQL keeps neither NUL nor half a surrogate pair. */
const unstorable = /[\0\p{Surrogate}]/u

const LONGEST_ID = 2_048

/** The id in the path of a request; empty where the path has none. Throws `not-found` for what cannot be an id. */
export function readId(ctx: Context): string {
  const id: string = ctx.params.id ?? ''
  if (id.length > LONGEST_ID || unstorable.test(id)) throw notFound('object', `${id.slice(0, 100)}…`)
  return id
}

/** The JSON body of a request, or undefined if there is none. Throws whatever `readJson` throws. */
export const readBody = async (ctx: Context): Promise<unknown> => (isEmpty(ctx) ? undefined : readJson(ctx))

/** The same where a whole catalogue may come, as JSON or as YAML. */
export const readLongBody = async (ctx: Context): Promise<unknown> =>
  isEmpty(ctx) ? undefined : readDocument(ctx, { limit: LONGEST_DOCUMENT })

const LONGEST_DOCUMENT = 8 * 1024 * 1024

const isEmpty = ({ method, req: { headers } }: Context): boolean =>
  method === 'GET' || (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0)
