import type { Secret } from '../config/types.ts'
import type { Database } from '../db/types.ts'
import type { Safe } from '../keys/index.ts'
import { type Audit, createAudit } from './audit.ts'
import { createDoors, type MakeDoor } from './door.ts'
import { type AccessLimits, createIdentify } from './identify.ts'
import { type ApiKeys, createApiKeys } from './keys.ts'
import { createOidc, type OidcSettings } from './oidc.ts'
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
  limits: AccessLimits
  /** The OpenID provider whose access tokens are taken. */
  oidc?: OidcSettings | undefined
  /** Whom we may call although the address is not public. */
  allow: readonly string[]
  elapsed?: () => number
}): Access {
  const elapsed = given.elapsed ?? (() => performance.now())
  const keys = createApiKeys(given)
  const audit = createAudit(given)
  const oidc = given.oidc && createOidc(given.oidc, { ...given, elapsed })
  const identify = createIdentify({ ...given, keys, oidc, elapsed })
  const door = createDoors({ identify, audit, once: createOnce(given) })
  const close = async (): Promise<void> => {
    oidc?.close()
    await audit.settled()
  }
  return { keys, audit, door, close }
}
