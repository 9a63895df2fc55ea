import { createHash } from 'node:crypto'
import type { Queryable } from '../db/index.ts'

/** A refresh token that works, and the flow it is for, of the generation that is running. */
export interface RefreshToken {
  readonly hash: string
  readonly flowId: string
  readonly generation: number
  readonly counterparty: string
}

/** What is kept of a token. It is random, so a plain hash cannot be guessed backwards. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The token, if it works and its flow runs; held until the transaction ends. */
export async function findRefreshToken(tx: Queryable, hash: string): Promise<RefreshToken | undefined> {
  const [token] = await tx.query<RefreshToken>(
    `select r.hash, r.flow_id as "flowId", f.generation, f.counterparty
     from refresh_token r join data_flow f on f.id = r.flow_id and f.state = 'started'
     where r.hash = $1 for update of r`,
    [hash],
  )
  return token
}

/** Keeps a new token; `parent` is the hash of the one it is given for. */
export async function addRefreshToken(
  db: Queryable,
  token: { hash: string; flowId: string; accessJti: string; parent: string | null },
  now: Date,
): Promise<void> {
  await db.query(
    'insert into refresh_token (hash, flow_id, access_jti, parent, issued_at) values ($1, $2, $3, $4, $5)',
    [token.hash, token.flowId, token.accessJti, token.parent, now],
  )
}

/**
 * A token was seen, or the access token issued with it: so the answer that carried it has arrived. The one it was given for is
 * retired, and so are others given for the same one, whose answers were lost.
 */
export async function markUsed(db: Queryable, used: { hash: string } | { accessJti: string }): Promise<void> {
  const [column, value] = 'hash' in used ? ['hash', used.hash] : ['access_jti', used.accessJti]
  await db.query(
    `with used as (select hash, parent from refresh_token where ${column} = $1 and parent is not null for update),
       retired as (delete from refresh_token r using used u where r.hash = u.parent or (r.parent = u.parent and r.hash <> u.hash))
     update refresh_token r set parent = null from used u where r.hash = u.hash`,
    [value],
  )
}

/** Of the tokens given for this one only the latest few are kept: somebody may ask for ever and use none. */
export async function prune(db: Queryable, parent: string): Promise<void> {
  await db.query(
    `delete from refresh_token where hash in
       (select hash from refresh_token where parent = $1 order by issued_at desc, hash offset 4)`,
    [parent],
  )
}

/** The flow has ended: nothing can be refreshed any more. */
export async function removeRefreshTokens(db: Queryable, flowId: string): Promise<void> {
  await db.query('delete from refresh_token where flow_id = $1', [flowId])
}
