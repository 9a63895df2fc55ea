import { createCache } from '../cache.ts'
import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import type { Specialist } from '../specialist.ts'
import { type Judges, verifyCredential } from './credential.ts'
import { verifyPresentation } from './presentation.ts'
import type { QueryPresentations } from './query.ts'
import type { Holding, VerifiedCredential } from './types.ts'

/** What is attested about a participant who sent an ID token with that access token. Throws a `Rejection`. */
export type Attest = (
  holder: string,
  access: string,
  scopes: readonly string[],
) => Promise<readonly VerifiedCredential[]>

/** More than anybody needs for one request. */
const most = { presentations: 20, credentials: 50 }

/** How many participants' credentials are remembered. */
const remembered = 2_000

/**
 * Fetches and verifies what a participant presents. The credentials it was shown are taken again, by participant and scopes, for at most
 * `reuseFor` ms, and no longer than each of them, its presentation, and the lists of its status are known to hold.
 */
export function createAttest(given: {
  audience: string
  query: QueryPresentations
  judges: Judges
  dids: Pick<Dids, 'findKey'>
  /** Types of credentials that everybody must present. */
  required: readonly string[]
  reuseFor: number
  now: () => Date
  specialist?: Pick<Specialist, 'judge'> | undefined
}): Attest {
  const { audience, query, judges, dids, required, reuseFor, now, specialist } = given
  const cache = createCache<readonly VerifiedCredential[]>({ most: remembered, now, missFor: 0 })

  async function present(holder: string, access: string, scopes: readonly string[]) {
    const presentations = await query(holder, access, scopes)
    if (presentations.length > most.presentations) throw tooMany('presentations')
    const opened = await Promise.all(
      presentations.map(each => verifyPresentation(each, { holder, audience, dids, now: now() })),
    )
    const tokens = opened.flatMap(({ credentials }) => credentials)
    if (tokens.length > most.credentials) throw tooMany('credentials')
    // What nobody must present may be found elsewhere.
    const elsewhere = specialist !== undefined && required.length === 0
    if (tokens.length === 0 && !elsewhere) throw new Rejection('presentation-empty', 'No credential was presented.')
    const { holding, untrusted } = await judge(tokens, holder)
    demandRequired(holding, untrusted)
    const ends = [...holding, ...opened].map(({ until }) => until)
    return { value: holding.map(({ credential }) => credential), until: Math.min(now().getTime() + reuseFor, ...ends) }
  }

  /** Other data spaces' credentials lie in the same wallets: those we leave out. With all others, one that is wrong makes all of it wrong. */
  async function judge(tokens: readonly string[], holder: string) {
    const { holding: first, rest } = (await specialist?.judge(holder, tokens)) ?? { holding: [], rest: tokens }
    const holding: Holding[] = [...first]
    let untrusted: Rejection | undefined
    for (const token of rest) {
      try {
        holding.push(await verifyCredential(token, holder, judges))
      } catch (error) {
        if (!(error instanceof Rejection && error.code === 'issuer-not-trusted')) throw error
        untrusted = error
      }
    }
    return { holding, untrusted }
  }

  function demandRequired(holding: readonly Holding[], untrusted: Rejection | undefined): void {
    const missing = required.find(type => !holding.some(({ credential: { types } }) => types.includes(type)))
    if (missing === undefined) return
    throw untrusted ?? new Rejection('credential-missing', `No ${missing} was presented.`)
  }

  return (holder, access, scopes) => {
    const key = JSON.stringify([holder, ...[...scopes].sort()])
    return cache.get(key, () => present(holder, access, scopes))
  }
}

const tooMany = (what: string): Rejection =>
  new Rejection('presentation-too-large', `There are too many ${what} in the answer.`)
