/** What the holder of a key or token may do; each may do what those in front of it may. */
export const roles = ['read', 'steward', 'operator'] as const

/** `read` looks, `steward` keeps datasets, policies, negotiations and transfers, `operator` also keeps keys, secrets and credentials. */
export type Role = (typeof roles)[number]

/** Whether a role may do what another is needed for. */
export const suffices = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed)
