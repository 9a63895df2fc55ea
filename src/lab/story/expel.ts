import { setTimeout as sleep } from 'node:timers/promises'
import { get, post } from '../api.ts'
import { MEMBERSHIP, NOTICED_WITHIN } from '../identity.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { readmit } from './admit.ts'
import type { Choice } from './contract.ts'
import { refuse } from './refuse.ts'
import { duration } from './words.ts'

const REASON = 'the fee has not been paid'

/** The authority revokes the membership of somebody, who is refused from then on, until it has a new one. Throws if it is not. */
export async function expel(
  stage: Stage,
  authority: Participant,
  consumer: Participant,
  provider: Participant,
  choice: Choice,
): Promise<void> {
  stage.chapter(`${authority.name} revokes the membership of ${consumer.name}, who asks once more`)
  await revoke(authority, consumer)
  stage.fact('revoked', `by ${authority.name}: ${REASON}`, { style: 'red' })
  stage.aside(`${provider.name} looks at the list of revocations every ${duration(NOTICED_WITHIN)}`)
  await sleep(NOTICED_WITHIN)
  await refuse(stage, consumer, provider, choice)
  await readmit(stage, authority, consumer)
}

/** Revokes what the authority has issued to somebody, the membership unless another type is named. */
export async function revoke(authority: Participant, holder: Participant, type: string = MEMBERSHIP): Promise<void> {
  const { items } = await get<{ items: readonly { id: string; type: string }[] }>(
    authority,
    `/v1/issuance/credentials?holder=${encodeURIComponent(holder.id)}`,
  )
  for (const { id } of items.filter(item => item.type === type))
    await post(authority, `/v1/issuance/credentials/${encodeURIComponent(id)}/revoke`, { reason: REASON })
}
