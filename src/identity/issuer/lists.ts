import type { Transaction } from '../../db/index.ts'
import { allocate, setStatus } from './store-lists.ts'

/** A place in a status list. */
export interface ListPlace {
  readonly list: string
  readonly index: number
}

/** Places in status lists (Bitstring Status List 1.0), for credentials that are not issued on request. */
export interface StatusLists {
  readonly allocate: (tx: Transaction, now: Date) => Promise<ListPlace>
  /** Says that a credential is revoked, or no longer. */
  readonly set: (tx: Transaction, place: ListPlace, revoked: boolean) => Promise<void>
}

/** Their lists are shared with those of the issuer: the same participant signs both. */
export const statusLists: StatusLists = {
  allocate: (tx, now) => allocate(tx, 'vc20-bssl/jwt', 'revocation', now),
  set: (tx, { list, index }, revoked) => setStatus(tx, list, index, revoked),
}
