import { randomBytes } from 'node:crypto'
import type { Database, Queryable } from '../db/index.ts'
import type { AccessTokens } from './access-token.ts'
import { addRefreshToken, findRefreshToken, hashOf, markUsed, prune } from './refresh-store.ts'

/** An access token, how many seconds it lives, and the refresh token for the next one. */
export interface TokenPair {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken: string
}

/** Issues tokens and exchanges old ones for new. */
export type Tokens = ReturnType<typeof createTokens>

/**
 * Pairs of access and refresh token. A refresh token that was exchanged works on until its successor, or the access token that came with
 * that, is first used: an answer that was lost locks nobody out, and an answer that arrived takes the old token away.
 * A suspension ends access tokens, not refresh tokens: a consumer that resumes what it has suspended gets no start message
 * with new ones (DSP 2025-1: its own start message is acknowledged, no more), so it refreshes.
 */
export function createTokens({ db, access, now }: { db: Database; access: AccessTokens; now: () => Date }) {
  async function issue(
    on: Queryable,
    flow: { id: string; counterparty: string; generation: number },
    parent: string | null,
  ): Promise<TokenPair> {
    const { token: accessToken, jti, expiresIn } = access.issue(flow)
    const refreshToken = randomBytes(32).toString('base64url')
    await addRefreshToken(on, { hash: hashOf(refreshToken), flowId: flow.id, accessJti: jti, parent }, now())
    return { accessToken, expiresIn, refreshToken }
  }

  return {
    /** A pair for a flow that starts. Each repetition of a start message may carry another: none takes the place of those before. */
    issue: (on: Queryable, flow: { id: string; counterparty: string; generation: number }) => issue(on, flow, null),

    /** A new pair for a refresh token; nothing if it does not work, or no longer. */
    exchange: (refreshToken: string): Promise<TokenPair | undefined> =>
      db.transaction(async tx => {
        const given = await findRefreshToken(tx, hashOf(refreshToken))
        if (given === undefined) return undefined
        const { hash, flowId, counterparty, generation } = given
        await markUsed(tx, { hash })
        await prune(tx, hash)
        return issue(tx, { id: flowId, counterparty, generation }, hash)
      }),

    /** The access token of that name was used, so the answer that carried it has arrived. */
    markUsed: (accessJti: string): Promise<void> => db.transaction(tx => markUsed(tx, { accessJti })),
  }
}
