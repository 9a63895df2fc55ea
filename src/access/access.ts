import type { Secret } from '../config/types.ts'
import type { Database } from '../db/types.ts'
import { createDoors, type MakeDoor } from './door.ts'
import { createIdentify } from './identify.ts'
import { type ApiKeys, createApiKeys } from './keys.ts'

/** Who may use the management API, and what they do with it. */
export interface Access {
  readonly keys: ApiKeys
  readonly door: MakeDoor
}

export function createAccess(given: {
  db: Database
  now: () => Date
  /** The key of the configuration. */
  apiKey: Secret
  elapsed?: () => number
}): Access {
  const keys = createApiKeys(given)
  const identify = createIdentify({ ...given, keys })
  return { keys, door: createDoors({ identify }) }
}
