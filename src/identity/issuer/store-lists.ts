import { randomUUID } from 'node:crypto'
import type { Queryable } from '../../db/index.ts'
import type { Profile } from '../credentials/profiles.ts'
import { drawIndex, emptyList, LIST_LENGTH, type StatusPurpose, withBit } from '../credentials/status-list.ts'

/** A status list as it stands. */
export interface StatusList {
  readonly id: string
  readonly profile: Profile
  readonly purpose: StatusPurpose
  readonly bits: Buffer
  /** Counts changes of the bits. */
  readonly version: number
}

/** A list that is half full is closed: in a fuller one free indexes would be found late, and could be guessed. */
const FULL = LIST_LENGTH / 2

/** Takes an index for a new credential, in a list that has room; the first of a list makes it. */
export async function allocate(
  tx: Queryable,
  profile: Profile,
  purpose: StatusPurpose,
  now: Date,
): Promise<{ list: string; index: number }> {
  const { id, taken } = (await lockOpenList(tx, profile, purpose)) ?? (await createList(tx, profile, purpose, now))
  const index = drawIndex(taken)
  if (index === undefined) throw new Error(`the status list ${id} is fuller than it should be`)
  await tx.query('update status_list set taken = $2, used = used + 1 where id = $1', [id, withBit(taken, index, true)])
  return { list: id, index }
}

async function lockOpenList(tx: Queryable, profile: Profile, purpose: StatusPurpose) {
  const [row] = await tx.query<{ id: string; taken: Buffer }>(
    'select id, taken from status_list where profile = $1 and purpose = $2 and used < $3 order by created_at, id limit 1 for update',
    [profile, purpose, FULL],
  )
  return row
}

async function createList(tx: Queryable, profile: Profile, purpose: StatusPurpose, now: Date) {
  const list = { id: randomUUID(), taken: emptyList() }
  await tx.query(
    'insert into status_list (id, profile, purpose, bits, taken, created_at) values ($1, $2, $3, $4, $4, $5)',
    [list.id, profile, purpose, list.taken, now],
  )
  return list
}

/** Sets or clears the bit of a credential. */
export async function setStatus(tx: Queryable, id: string, index: number, on: boolean): Promise<void> {
  const [row] = await tx.query<{ bits: Buffer }>('select bits from status_list where id = $1 for update', [id])
  if (row === undefined) throw new Error(`there is no status list ${id}`)
  await tx.query('update status_list set bits = $2, version = version + 1 where id = $1', [
    id,
    withBit(row.bits, index, on),
  ])
}

/** The list as it stands. */
export async function findList(db: Queryable, id: string): Promise<StatusList | undefined> {
  const [row] = await db.query<StatusList>(
    'select id, profile, purpose, bits, version from status_list where id = $1',
    [id],
  )
  return row
}

/** Which version of a list is the latest; undefined if there is none. */
export async function versionOf(db: Queryable, id: string): Promise<number | undefined> {
  const [row] = await db.query<{ version: number }>('select version from status_list where id = $1', [id])
  return row?.version
}
