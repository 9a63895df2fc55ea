import { roles } from '../../../access/index.ts'
import { get, post } from '../../operation.ts'
import { among, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { shortPageOf } from './common.ts'

const properties = {
  id: text,
  name: text,
  role: among(...roles),
  createdAt: time,
  createdBy: text,
  expiresAt: meaning('Null: it works until it is revoked.', orNull(time)),
  revokedAt: orNull(time),
  revokedBy: orNull(text),
  lastUsedAt: meaning('To ten minutes or so; null if it never was.', orNull(time)),
}

const apiKey = named('ApiKey', record(properties))
const created = named(
  'NewApiKey',
  record({ ...properties, key: meaning('The key itself: it is told here, and never again.', text) }),
)
const apiKeys = named('ApiKeys', shortPageOf(apiKey))
const example = { name: 'dashboard', role: 'read', expiresAt: '2036-01-01T00:00:00Z' }

/** The keys by which people and programs use this API. */
// biome-ignore format: a table is read by its columns
export const apiKeyOperations = {
  listApiKeys:  get( '/api-keys',            shapes.page,    apiKeys, 'Lists the keys of this API, without what they are'),
  createApiKey: post('/api-keys',            shapes.apiKey,  created, 'Makes a key with a role, and tells it once', { status: 201, example }),
  getApiKey:    get( '/api-keys/:id',        shapes.nothing, apiKey,  'Shows one'),
  revokeApiKey: post('/api-keys/:id/revoke', shapes.nothing, apiKey,  'Revokes it, for good'),
} as const
