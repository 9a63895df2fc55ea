/** Who may use the management API, and what they have done with it. */
export { type Access, createAccess } from './access.ts'
export { deleteAudit, toLine } from './audit.ts'
export { type AuditEntry, isWhole } from './chain.ts'
export type { Door, Route } from './door.ts'
export { deleteClaims } from './once-store.ts'
export { type Role, roles, suffices } from './roles.ts'
