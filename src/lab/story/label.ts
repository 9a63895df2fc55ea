import { setTimeout as sleep } from 'node:timers/promises'
import { HOUSE } from '../cast.ts'
import { MEMBERSHIP } from '../identity.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { becomeMember } from './admit.ts'
import type { Choice } from './contract.ts'
import { refuse } from './refuse.ts'
import { duration } from './words.ts'

const PATIENCE = 30_000

/** The participants have been labelled since they started: anybody finds what they say of themselves, and who has looked at it. Throws if not. */
export async function showLabels(stage: Stage, participants: readonly Participant[]): Promise<void> {
  stage.chapter(`${HOUSE} has looked at what ${participants.map(({ name }) => name).join(' and ')} say of themselves`)
  for (const participant of participants) {
    const { level, rules, until, url } = await labelOf(participant)
    stage.fact('label', `${participant.name} has ${level} (${rules}) until ${until.slice(0, 10)}`, { style: 'green' })
    stage.aside(url)
  }
}

/** Somebody becomes a member, has no label, and is refused for that. Throws if it is not. */
export async function refuseUnlabelled(
  stage: Stage,
  authority: Participant,
  stranger: Participant,
  provider: Participant,
  choice: Choice,
): Promise<void> {
  stage.chapter(`${stranger.name} becomes a member, has no Gaia-X label, and asks once more`)
  const ms = await becomeMember(stranger, authority)
  stage.fact('issued', `${stranger.name} has its ${MEMBERSHIP} in its wallet`, { right: duration(ms), style: 'green' })
  await refuse(stage, stranger, provider, choice)
}

interface Told {
  readonly level: string
  readonly rules: string
  readonly until: string
  readonly url: string
}

/** What the label says that a participant shows to everybody. */
async function labelOf({ name, urls }: Participant): Promise<Told> {
  const url = `${urls.protocol}/gaia-x/credentials/label`
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const response = await fetch(url)
    const text = await response.text()
    if (response.ok) return { ...read(text), url }
    if (performance.now() > deadline) throw new Error(`${name} has got no label: ${response.status} ${text}`)
    await sleep(15)
  }
}

function read(jwt: string): Omit<Told, 'url'> {
  const { validUntil, credentialSubject } = JSON.parse(
    Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'),
  )
  return { level: credentialSubject['gx:labelLevel'], rules: credentialSubject['gx:rulesVersion'], until: validUntil }
}
