/** The parts that are played in the lab: who has data, who wants and may have it, who wants it and may not, and who says who is who. */
export type Part = 'provider' | 'consumer' | 'stranger' | 'authority'

/** Who plays a part. */
export interface Character {
  readonly part: Part
  readonly id: string
  readonly name: string
  /** The groups that the provider knows this participant to be in. */
  readonly groups: readonly string[]
}

/** Only members may use the provider's data. */
export const PARTNERS = 'energy-partners'

const character = (part: Part, name: string, groups: readonly string[] = []): Character => ({
  part,
  id: `did:web:${name.toLowerCase()}.example`,
  name,
  groups,
})

/** All who take part where each has been told of the others, in the order in which they come on stage. */
export const cast: readonly Character[] = [
  character('provider', 'Nordwerk'),
  character('consumer', 'Talstrom', [PARTNERS]),
  character('stranger', 'Fernblick'),
]

/** Whom all believe where nobody has been told of anybody. */
export const authority: Character = character('authority', 'Eichamt')
