import type { Test } from 'tap'
import type { Bundle } from '../../src/evidence/index.ts'
import { get, post } from '../../src/lab/api.ts'
import type { Participant } from '../../src/lab/index.ts'
import { reach } from '../../src/lab/story/follow.ts'
import { knock, wayOf } from '../../src/lab/story/transfer.ts'
import { beginTransfer, negotiate, openShop } from '../support/deals.ts'
import { startLab } from '../support/lab.ts'

/** The evidence that both sides have of one contract, after data was fetched under it and it was ended. */
export async function dealt(t: Test) {
  const lab = await startLab(t)
  await openShop(lab)
  const agreement = await negotiate(lab)
  const transfer = await beginTransfer(lab, agreement)
  await reach(lab.consumer, transfer, 'STARTED')
  const data = await (await knock(await wayOf(lab.consumer, transfer))).text()
  await post(lab.provider, `/v1/agreements/${agreement}/retire`, { reason: 'the data is sold' })
  await reach(lab.consumer, transfer, 'TERMINATED')
  await lab.drain()
  const of = (who: Participant) => get<Bundle>(who, `/v1/agreements/${agreement}/evidence`)
  // What was let out is counted a moment after it has left.
  let provider = await of(lab.provider)
  while (provider.statement.transfers[0]?.served?.requests !== 1) provider = await of(lab.provider)
  return { lab, agreement, data, provider, consumer: await of(lab.consumer) }
}
