import type { Config } from './config/index.ts'

/**
 * What a process can take part in: being reached by peers, exchanging data with them, being reached by operators or consumers of data,
 * and doing what the outbox holds.
 */
export type Part = 'protocol' | 'dataspace' | 'management' | 'data' | 'outbox'

/**
 * What processes of a role take part in. They share nothing but the database, so any number of each may run. Health and metrics
 * are answered by all of them, on the management port.
 */
// biome-ignore format: a table is read by its columns
const roles: Readonly<Record<Config['role'], readonly Part[]>> = {
  // role      peers       exchange     operators     data    messages of ours, and whatever else follows a decision
  all:       ['protocol', 'dataspace', 'management', 'data', 'outbox'],
  control:   ['protocol', 'dataspace', 'management',         'outbox'],
  data:      [                                       'data'          ],
  issuer:    ['protocol',              'management',         'outbox'],
}

/** Whether a process of this role takes part in something. */
export const takesPart = (role: Config['role'], part: Part): boolean => roles[role].includes(part)
