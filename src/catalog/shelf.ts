import { randomUUID } from 'node:crypto'
import type { Database, Queryable, Transaction } from '../db/index.ts'
import { conflict, notFound } from '../errors.ts'
import { type Append, appendFacts } from '../events/index.ts'
import { compile, idsIn, isEquality, pathOf } from './criteria.ts'
import type { FieldOf } from './fields.ts'
import { sortPaths } from './predicates.ts'
import { checkId, isPossible } from './storable.ts'
import { findRow, type Listed, listRows, type Selection } from './store/listing.ts'
import type { Query } from './types.ts'

/** What is kept: it has an id and a birthday. */
interface Thing {
  readonly id: string
  readonly createdAt: Date
}

/** A thing as it is to be. */
export type Draft<T extends Thing> = Omit<T, 'createdAt'>

/** A new thing; without an id it gets one. */
type NewDraft<T extends Thing> = Omit<T, 'createdAt' | 'id'> & { readonly id?: string }

/** Things of one kind that an operator keeps, each with an id of its own. */
interface Kept<T extends Thing> {
  /** Throws `conflict` if the id is taken, and `invalid`. */
  create(draft: NewDraft<T>): Promise<T>
  /** Throws `not-found` and `invalid`. The time of creation stays. */
  replace(draft: Draft<T>): Promise<T>
  /** Throws `not-found`, and `conflict` while it is needed. */
  remove(id: string): Promise<void>
  find(id: string): Promise<T | undefined>
  /** Throws `invalid` for conditions and sorts that are not supported. */
  list(query?: Query): Promise<readonly T[]>
}

/** A shelf as it stands: each change is one transaction. */
export interface Shelf<T extends Thing> extends Kept<T> {
  /** What a draft would be, once it is kept. Throws `invalid`. */
  preview(draft: Draft<T>): Omit<T, 'createdAt'>
  /** The same shelf inside a transaction, for several changes at once. */
  within(tx: Transaction): Kept<T>
}

/** What makes one kind of thing different from the others; `R` is the row that is written. */
export interface Kind<T extends Thing, R extends { readonly id: string; readonly createdAt: Date }> {
  readonly name: string
  /** What events call it. */
  readonly subject: 'dataset' | 'policy' | 'publication' | 'nested-catalog'
  readonly listed: Listed
  readonly fieldOf: FieldOf
  /** Throws `invalid`. */
  toRow(draft: Draft<T>, now: Date): R
  /** False if the id is taken. */
  insert(tx: Queryable, row: R): Promise<boolean>
  /** The time of creation; undefined if there is no such thing. */
  update(tx: Queryable, row: R): Promise<Date | undefined>
  /** False if there is no such thing. */
  remove(tx: Queryable, id: string): Promise<boolean>
  /** What follows from a row just written, in the same transaction. */
  settle?(tx: Queryable, row: R): Promise<void>
}

/** A shelf of one kind of thing. `toThing` reads what `listed` selects. */
export function createShelf<T extends Thing, R extends Thing, S extends object>(
  { db, now, append = appendFacts }: { db: Database; now: () => Date; append?: Append | undefined },
  kind: Kind<T, R>,
  toThing: (row: S) => T,
): Shelf<T> {
  const { name, listed, fieldOf } = kind
  const find = async (on: Queryable, id: string): Promise<T | undefined> => {
    const row = isPossible(id) ? await findRow<S>(on, listed, id) : undefined
    return row && toThing(row)
  }
  const get = async (on: Queryable, id: string): Promise<T> =>
    (await find(on, id)) ?? Promise.reject(notFound(name, id))
  const tell = (tx: Transaction, what: 'created' | 'updated' | 'deleted', id: string) =>
    append(tx, [{ type: `${kind.subject}.${what}`, subject: id, data: { id } }], now())

  const list = async (on: Queryable, query: Query = {}): Promise<readonly T[]> =>
    (await listRows<S>(on, listed, toSelection(query, fieldOf))).map(toThing)
  const toRow = (draft: Draft<T>): R => kind.toRow({ ...draft, id: checkId(draft.id) }, now())

  async function insert(tx: Transaction, row: R): Promise<T> {
    if (!(await kind.insert(tx, row)))
      throw conflict(`There is a ${name} with the id ${JSON.stringify(row.id)} already.`)
    await kind.settle?.(tx, row)
    await tell(tx, 'created', row.id)
    return get(tx, row.id)
  }

  async function update(tx: Transaction, row: R): Promise<T> {
    if (!(await kind.update(tx, row))) throw notFound(name, row.id)
    await kind.settle?.(tx, row)
    await tell(tx, 'updated', row.id)
    return get(tx, row.id)
  }

  async function remove(tx: Transaction, id: string): Promise<void> {
    if (!(isPossible(id) && (await kind.remove(tx, id)))) throw notFound(name, id)
    await tell(tx, 'deleted', id)
  }

  // Only the id may have been missing, and then it is there.
  const whole = (draft: NewDraft<T>): Draft<T> => ({ ...draft, id: draft.id ?? randomUUID() }) as Draft<T>

  return {
    create: async draft => {
      const row = toRow(whole(draft))
      return db.transaction(tx => insert(tx, row))
    },
    replace: async draft => {
      const row = toRow(draft)
      return db.transaction(tx => update(tx, row))
    },
    remove: id => db.transaction(tx => remove(tx, id)),
    find: id => find(db, id),
    list: query => list(db, query),
    // A row that was read and one that is to be written have the same columns, as far as a thing is made of them.
    preview: draft => toThing(toRow(draft) as unknown as S),
    within: tx => ({
      create: async draft => insert(tx, toRow(whole(draft))),
      replace: async draft => update(tx, toRow(draft)),
      remove: id => remove(tx, id),
      find: id => find(tx, id),
      list: query => list(tx, query),
    }),
  }
}

function toSelection(query: Query, fieldOf: FieldOf): Selection {
  const { offset = 0, limit = 50, sortField = 'id', sortOrder = 'asc', filter = [] } = query
  return {
    matcher: filter.length === 0 ? undefined : compile(filter, fieldOf, '/filterExpression'),
    isIndexable: isIndexable(filter, fieldOf),
    ids: idsIn(filter, fieldOf),
    sort: sortColumns.get(sortField) ?? sortPaths(pathOf(sortField, fieldOf, '/sortField')),
    descending: sortOrder === 'desc',
    offset,
    limit,
  }
}

/** When a thing was created stands in a column of its own, and in no document. */
const isIndexable = (filter: NonNullable<Query['filter']>, fieldOf: FieldOf): boolean =>
  filter.some(isEquality) && filter.every(({ operandLeft }) => fieldOf(operandLeft)?.[0] !== 'createdAt')

const sortColumns: ReadonlyMap<string, 'id' | 'created_at'> = new Map([
  ['id', 'id'],
  ['createdAt', 'created_at'],
])
