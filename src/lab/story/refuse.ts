import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { type Choice, request } from './contract.ts'
import { reach, tellHistory } from './follow.ts'

/** Somebody without the right asks for the same, and hears why not. Throws if it gets a contract. */
export async function refuse(
  stage: Stage,
  stranger: Participant,
  provider: Participant,
  choice: Choice,
): Promise<void> {
  stage.chapter(`${stranger.name}, who is no partner, asks for the same`)
  const path = await request(stranger, choice)
  const { error } = await reach(stranger, path, 'TERMINATED', 'FINALIZED')
  if (error === null) throw new Error(`${stranger.name} was not refused`)
  await tellHistory(stage, stranger, path, {
    REQUESTED: `${stranger.name} asks for it on the terms of the offer`,
    TERMINATED: `${provider.name} refuses: ${error}`,
  })
}
