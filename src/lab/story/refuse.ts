import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { type Choice, request } from './contract.ts'
import { reach, tellHistory } from './follow.ts'

/** Somebody without the right asks for the same, and hears why not. Throws if it gets a contract. */
export async function refuse(stage: Stage, who: Participant, provider: Participant, choice: Choice): Promise<void> {
  const path = await request(who, choice)
  const { error } = await reach(who, path, 'TERMINATED', 'FINALIZED')
  if (error === null) throw new Error(`${who.name} was not refused`)
  const why = error.replace(`${provider.id} answered `, '')
  const told = await tellHistory(stage, who, path, {
    REQUESTED: `${who.name} asks for it on the terms of the offer`,
    TERMINATED: `${provider.name} refuses: ${why}`,
  })
  // Who is not let in at all has no negotiation with the provider.
  if (told === 0) stage.fact('refused', `${provider.name} answers ${why}`, { style: 'red' })
}
