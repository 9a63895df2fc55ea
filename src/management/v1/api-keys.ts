import { notFound } from '../../errors.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { apiKeyOperations } from './operations/api-keys.ts'
import { pagedBy } from './paged.ts'
import type { ApiKeyInput } from './shapes.ts'

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

  // biome-ignore format: a table is read by its columns
  return implement(apiKeyOperations, {
    listApiKeys:  ({ input }) => pagedBy(input, keys.list, each => each),
    createApiKey: ({ input, actor }) => create(input, actor),
    getApiKey:    ({ id }) => show(id),
    revokeApiKey: ({ id, actor }) => keys.revoke(id, actor),
  })
}
