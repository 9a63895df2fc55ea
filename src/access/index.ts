/** Who may use the management API, and what they have done with it. */
export { type Access, createAccess } from './access.ts'
export type { Door, Route, Visit } from './door.ts'
export type { ApiKey } from './key-store.ts'
export { type Role, roles, suffices } from './roles.ts'
