import type { Secret } from '../config/types.ts'
import type { Database } from '../db/types.ts'
import type { Safe } from '../keys/index.ts'
import { type Audit, createAudit } from './audit.ts'
import { createDoors, type MakeDoor } from './door.ts'
import { createIdentify } from './identify.ts'
import { type ApiKeys, createApiKeys } from './keys.ts'
import { createOnce } from './once.ts'

/** Who may use the management API, and what they do with it. */
export interface Access {
  readonly keys: ApiKeys
  readonly audit: Audit
  readonly door: MakeDoor
  /** Waits until all that is to be written is. */
  close(): Promise<void>
}

export function createAccess(given: {
  db: Database
  now: () => Date
  /** The key of the configuration. */
  apiKey: Secret
  /** Seals answers that are kept to be given again. */
  safe: Safe
  /** Our number among those who share the database. */
  replica: number
  isAlive: (replica: number) => Promise<boolean>
  /** How long an `Idempotency-Key` counts, ms. */
  keep: number
  /** Hears of entries of the audit that could not be written. */
  failed: (error: unknown) => void
  elapsed?: () => number
}): Access {
  const keys = createApiKeys(given)
  const audit = createAudit(given)
  const door = createDoors({ identify: createIdentify({ ...given, keys }), audit, once: createOnce(given) })
  return { keys, audit, door, close: audit.settled }
}
