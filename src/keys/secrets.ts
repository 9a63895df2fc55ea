import { Secret } from '../config/types.ts'
import { type Database, isDuplicate } from '../db/index.ts'
import { conflict, invalid, notFound } from '../errors.ts'
import type { Safe } from './safe.ts'

/** A secret, without what is secret about it. */
export interface SecretEntry {
  readonly id: string
  readonly createdAt: Date
}

/** What an operator wants to be kept secret, by the name that other things know it by. */
export interface SecretDraft {
  readonly id: string
  readonly value: Secret
}

/** Gives the value of a secret; undefined if there is none of that name. */
export type Reveal = (id: string) => Promise<Secret | undefined>

/** Secrets by name. They are written, replaced and removed; only what needs one to do its work can read it. */
export interface Secrets {
  /** Throws `conflict` if the name is taken, `invalid` if it can be none. */
  create(draft: SecretDraft): Promise<SecretEntry>
  /** Whoever uses it has the new value from then on. Throws `not-found`. */
  replace(draft: SecretDraft): Promise<void>
  /** Throws `not-found`. */
  remove(id: string): Promise<void>
  find(id: string): Promise<SecretEntry | undefined>
  /** As it is now: it may have been replaced a moment ago, by another process. */
  readonly reveal: Reveal
}

/** Longer than any name we saw, short enough for every index and URL. */
const LONGEST_ID = 500

/** The secrets of a database. */
export function createSecrets({ db, safe, now }: { db: Database; safe: Safe; now: () => Date }): Secrets {
  const seal = ({ id, value }: SecretDraft): Buffer => safe.seal(Buffer.from(value.reveal()), contextOf(id))

  return {
    async create(draft) {
      const id = demandId(draft.id)
      const createdAt = now()
      const sql = 'insert into secret (id, sealed, created_at, updated_at) values ($1, $2, $3, $3)'
      await db.query(sql, [id, seal(draft), createdAt]).catch(error => {
        throw isDuplicate(error) ? conflict(`There is a secret ${JSON.stringify(id)} already.`) : error
      })
      return { id, createdAt }
    },

    async replace(draft) {
      const { id } = draft
      const sql = 'update secret set sealed = $2, updated_at = $3 where id = $1 returning id'
      const rows = isId(id) ? await db.query(sql, [id, seal(draft), now()]) : []
      if (rows.length === 0) throw notFound('secret', id)
    },

    async remove(id) {
      const rows = isId(id) ? await db.query('delete from secret where id = $1 returning id', [id]) : []
      if (rows.length === 0) throw notFound('secret', id)
    },

    async find(id) {
      const sql = 'select id, created_at as "createdAt" from secret where id = $1'
      return isId(id) ? (await db.query<SecretEntry & object>(sql, [id]))[0] : undefined
    },

    async reveal(id) {
      if (!isId(id)) return undefined
      const [row] = await db.query<{ sealed: Buffer }>('select sealed from secret where id = $1', [id])
      return row && new Secret((await safe.open(row.sealed, contextOf(id))).toString())
    },
  }
}

/** What is sealed under one name opens under no other. */
const contextOf = (id: string): string => `secret ${id}`

const isId = (id: string): boolean =>
  id.length > 0 && id.length <= LONGEST_ID && !/[\p{Cc}\p{Cs}]/u.test(id) && id.trim() === id

function demandId(id: string): string {
  if (isId(id)) return id
  const message = `must have 1 to ${LONGEST_ID} characters, no control characters, and no blanks at its ends`
  throw invalid(`The name of a secret ${message}.`, { faults: [{ path: '/@id', message }] })
}
