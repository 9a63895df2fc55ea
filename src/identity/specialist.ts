import type { Holding, VerifiedCredential } from './verifier/types.ts'

/**
 * Somebody who judges credentials by other rules than DCP's: in an ecosystem that has its own, what a clearing house says of a participant
 * is found out in other ways than by its being the subject. What it finds wrong makes nothing else wrong: it is then just not there.
 */
export interface Specialist {
  /** Of credentials that a participant presents: what those attest that it knows, and those that are for others to judge. */
  judge(
    holder: string,
    tokens: readonly string[],
  ): Promise<{ readonly holding: readonly Holding[]; readonly rest: readonly string[] }>
  /** What a participant publishes about itself of those types, beyond what it has presented. */
  lookUp(
    holder: string,
    types: readonly string[],
    presented: readonly VerifiedCredential[],
  ): Promise<readonly VerifiedCredential[]>
  /** Looks again at something that it attested earlier, together with `all` of the same participant; undefined if it does not hold any more. */
  recheck(credential: VerifiedCredential, all: readonly VerifiedCredential[]): Promise<Holding | undefined>
  /** Tokens of ours that it can present to others. */
  published(): Promise<readonly string[]>
}
