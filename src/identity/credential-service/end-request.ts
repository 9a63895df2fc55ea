import { appendFacts } from '../../events/index.ts'
import type { Holding } from './given.ts'
import { finishRequest } from './request-store.ts'
import type { CredentialRequest } from './types.ts'

/** A request of ours comes to nothing; false if that is so already. */
export const endRequest = (
  { db, now, append = appendFacts }: Pick<Holding, 'db' | 'now' | 'append'>,
  { id, issuer, types }: Pick<CredentialRequest, 'id' | 'issuer' | 'types'>,
  state: 'REJECTED' | 'FAILED',
  reason: string,
): Promise<boolean> =>
  db.transaction(async tx => {
    const ended = await finishRequest(tx, { id, state, reason }, now())
    const data = { issuer, types, request: id, reason }
    if (ended) await append(tx, [{ type: 'credential.rejected', subject: issuer, data }], now())
    return ended
  })
