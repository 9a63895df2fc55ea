import { setTimeout as sleep } from 'node:timers/promises'
import { get, post } from '../api.ts'
import { MEMBERSHIP } from '../identity.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { duration } from './words.ts'

/** What the management API tells of a request for credentials. */
interface Asked {
  readonly id: string
  readonly state: string
  readonly reason: string | null
}

const PATIENCE = 30_000

/** Participants ask the authority for a membership, each for itself, and get it. Throws if one does not. */
export async function admit(stage: Stage, authority: Participant, members: readonly Participant[]): Promise<void> {
  const names = members.map(({ name }) => name).join(' and ')
  stage.chapter(`${names} become members: ${authority.name} issues a credential to each`)
  const admitted = await Promise.all(
    members.map(async member => [member, await becomeMember(member, authority)] as const),
  )
  for (const [{ name }, ms] of admitted)
    stage.fact('issued', `${name} has its ${MEMBERSHIP} in its wallet`, { right: duration(ms), style: 'green' })
}

/** Somebody whose membership was revoked gets a new one. */
export async function readmit(stage: Stage, authority: Participant, member: Participant): Promise<void> {
  const ms = await becomeMember(member, authority)
  stage.fact('issued', `${member.name} pays, and has a new ${MEMBERSHIP}`, { right: duration(ms), style: 'green' })
}

/** Asks the authority for a membership, or for what else it issues, and waits until it is there; gives the ms that took. Throws if it is refused. */
export async function becomeMember(
  member: Participant,
  authority: Participant,
  types: readonly string[] = [MEMBERSHIP],
): Promise<number> {
  const began = performance.now()
  const { id } = await post<Asked>(member, '/v1/credentials/requests', { issuer: authority.id, types })
  for (;;) {
    const { state, reason } = await get<Asked>(member, `/v1/credentials/requests/${id}`)
    const waited = performance.now() - began
    if (state === 'ISSUED') return waited
    if (state === 'REJECTED' || state === 'FAILED' || waited > PATIENCE)
      throw new Error(`${member.name} has got no ${types.join(', ')}: it is ${state}${reason ? `: ${reason}` : ''}`)
    await sleep(15)
  }
}
