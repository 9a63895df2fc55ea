/** The duties of agreements, followed until they are done. */
export {
  CHANGED,
  createObligations,
  DUTIES,
  type Fulfilment,
  type MakeRemark,
  type Obligations,
} from './obligations.ts'
export { listKept, type ObligationQuery, performancesOf } from './store.ts'
export type { Obligation, ObligationEvents } from './types.ts'
