/** The parts that are played in the lab: who has data, who wants and may have it, who wants it and may not, and who says who is who. */
export type Part = 'provider' | 'consumer' | 'stranger' | 'authority'

/** Who plays a part. */
export interface Character {
  readonly part: Part
  readonly id: string
  readonly name: string
  /** The groups that the provider knows this participant to be in. */
  readonly groups: readonly string[]
  /** What it says of itself where there is a clearing house; those who say nothing have no label. */
  readonly company?: Company
}

/** A company as a Gaia-X self-description has it. Its number is one that every lab's registers have. */
export interface Company {
  readonly legalName: string
  readonly countryCode: string
  readonly locality: string
  readonly vatId: string
}

/** Only members may use the provider's data. */
export const PARTNERS = 'energy-partners'

const character = (part: Part, name: string, more: Partial<Pick<Character, 'groups' | 'company'>> = {}): Character => ({
  part,
  id: `did:web:${name.toLowerCase()}.example`,
  name,
  groups: [],
  ...more,
})

const nordwerk = { legalName: 'Nordwerk SE', countryCode: 'DE', locality: 'Bremen', vatId: 'DE900000006' }
const talstrom = { legalName: 'Talstrom AG', countryCode: 'AT', locality: 'Innsbruck', vatId: 'ATU90000007' }

/** All who take part where each has been told of the others, in the order in which they come on stage. */
export const cast: readonly Character[] = [
  character('provider', 'Nordwerk', { company: nordwerk }),
  character('consumer', 'Talstrom', { company: talstrom, groups: [PARTNERS] }),
  character('stranger', 'Fernblick'),
]

/** Whom all believe where nobody has been told of anybody. */
export const authority: Character = character('authority', 'Eichamt')

/** What the clearing house is called where there is one. */
export const HOUSE = 'Siegelamt'
