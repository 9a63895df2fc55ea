import type { Role } from './roles.ts'

/** Somebody who uses the management API. */
export interface Caller {
  /** Nobody else has it: `operator`, `key:` and a key's id, `oidc:` and a subject. */
  readonly id: string
  /** As journals and the audit name it: `operator`, `key:` and a key's name, `oidc:` and a subject. */
  readonly actor: string
  readonly role: Role
}

/** Whoever holds the key of the configuration: there is only one, and it may do everything. */
export const operator: Caller = { id: 'operator', actor: 'operator', role: 'operator' }
