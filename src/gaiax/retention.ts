import type { Database, Queryable } from '../db/index.ts'
import type { Agreement } from '../policy/index.ts'
import type { Archive } from '../process/index.ts'
import { AGREEMENT, subjectIdOf } from './agreements/subject.ts'

/** Deletes what both sides have signed of agreements that are deleted, and gives what was there for the archive, by id of the negotiation. */
export async function forgetSignatures(
  tx: Queryable,
  agreements: readonly { readonly negotiationId: string; readonly agreement: Agreement }[],
): Promise<ReadonlyMap<string, { readonly credentials: readonly string[] }>> {
  const subjects = new Map(agreements.map(({ negotiationId, agreement }) => [subjectIdOf(agreement), negotiationId]))
  const wanted = [...subjects.keys()]
  const rows = await tx.query<{ subject: string; jwt: string }>(
    `delete from gaiax_credential where subject = any($1) and type = '${AGREEMENT}' returning subject, jwt`,
    [wanted],
  )
  await tx.query('delete from gaiax_delivery where subject = any($1)', [wanted])
  const found = new Map<string, { credentials: string[] }>()
  for (const { subject, jwt } of rows) {
    const id = subjects.get(subject) ?? ''
    found.set(id, { credentials: [...(found.get(id)?.credentials ?? []), jwt] })
  }
  return found
}

/** Former versions of credentials; of agreements only those that a later one stands for, since the last is part of the evidence. */
const former = `state <> 'active' and changed_at < $1 and (valid_until is null or valid_until < $1)
  and (state = 'superseded' or type <> '${AGREEMENT}')`

/**
 * Deletes former versions of credentials that have been none for so long, and are no longer valid, and what was found out about participants
 * who have not been heard of since; files the credentials away before. At most so many of each; the answer is how many of what there was more of.
 */
export async function deleteFormer(
  db: Database,
  given: {
    before: Date
    limit: number
    archive: Archive | undefined
    now: Date
  },
): Promise<number> {
  const { before, limit, archive, now } = given
  return db.transaction(async tx => {
    const gone = await tx.query<{ id: string; version: number; type: string; jwt: string }>(
      `delete from gaiax_credential where (id, version) in (
         select id, version from gaiax_credential where ${former} order by changed_at limit $2 for update skip locked
       ) returning id, version, type, jwt`,
      [before, limit],
    )
    if (gone.length > 0)
      await archive?.(
        'gaia-x-credentials',
        gone.map(row => ({ kind: 'gaia-x-credential', ...row })),
        now,
      )
    const peers = await tx.query(
      `delete from gaiax_peer where did in (
         select did from gaiax_peer where checked_at < $1 order by checked_at limit $2 for update skip locked
       ) returning did`,
      [before, limit],
    )
    return Math.max(gone.length, peers.length)
  })
}
