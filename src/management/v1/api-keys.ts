import { notFound } from '../../errors.ts'
import type { Given } from '../given.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { pagedBy } from './paged.ts'
import { type ApiKeyInput, shapes } from './shapes.ts'

/** The keys by which people and programs use this API. What a key is, is told once, when it is made. */
export function apiKeyEndpoints({ access: { keys } }: Pick<Given, 'access'>): Endpoint[] {
  async function create({ name, role, expiresAt }: ApiKeyInput, actor: string) {
    const wish = { name, role, expiresAt: expiresAt === undefined ? null : new Date(expiresAt) }
    const { key, secret } = await keys.create(wish, actor)
    return { ...key, key: secret }
  }

  async function show(id: string) {
    const key = await keys.find(id)
    if (!key) throw notFound('API key', id)
    return key
  }

  const { page, apiKey, nothing } = shapes
  // biome-ignore format: a table is read by its columns
  return [
    endpoint('get',  '/api-keys',            page,    ({ input }) => pagedBy(input, keys.list, each => each)),
    endpoint('post', '/api-keys',            apiKey,  ({ input, actor }) => create(input, actor), 201),
    endpoint('get',  '/api-keys/:id',        nothing, ({ id }) => show(id)),
    endpoint('post', '/api-keys/:id/revoke', nothing, ({ id, actor }) => keys.revoke(id, actor)),
  ]
}
