import { createHash } from 'node:crypto'

export { registrationKinds, standardGaiaX } from './gaiax.ts'
export { standardDcp } from './identity.ts'
export type { Kind } from './kinds.ts'
export { loadConfig, readSettings, type SettingsRead, standardConfig } from './load.ts'
export { findManagement } from './management.ts'
export { settingsReference } from './reference.ts'
export type { Config, KnownParticipant, Listener } from './types.ts'
export { Secret } from './types.ts'
export { duration, origin, text, webUrl } from './values.ts'

/** SHA-256 of a token, 64 hexadecimal digits: what `accepts` of a known participant holds (there with `sha256:` before it). */
export const hashToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex')
