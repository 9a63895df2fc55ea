import pg from 'pg'
import { invalid, KontorError, unavailable } from '../errors.ts'
import { codeOf, messageOf } from './log.ts'

/**
 * A statement that PostgreSQL refused. Its message holds no value of a parameter or a row: PostgreSQL puts those into
 * `detail`, `where` and the messages of some classes, so these are left out.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  /** SQLSTATE, `23505` for a violated unique constraint. */
  readonly code: string
  /** The constraint, table and column it is about, where PostgreSQL names them. */
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined

  constructor(refusal: pg.DatabaseError) {
    const code = refusal.code ?? 'XX000'
    super(
      `PostgreSQL refused a statement: ${quotable.has(code.slice(0, 2)) ? refusal.message : 'a value did not fit'} (${code})`,
    )
    this.code = code
    this.constraint = refusal.constraint
    this.table = refusal.table
    this.column = refusal.column
  }
}

/** A prepared statement whose columns another replica's migration has changed; prepared anew it works. */
export const stale = '0A000'

/** The classes of SQLSTATE whose messages speak of names in the schema and statement only, never of values. */
const quotable = new Set(['08', '0A', '23', '25', '28', '3D', '3F', '40', '42', '53', '55', '57', '58'])

/** The classes that keep us out altogether: connections, log-in, no such database, resources, a server that stops or starts. */
const closed = new Set(['08', '28', '3D', '53', '57', '58'])

/** NUL, in a text or in JSON: whoever sent it has got past the door with it, and is told all the same. */
const noText = new Set(['22021', '22P05'])

/** Makes what node-postgres throws fit to be thrown on: without values, and as 503 where the database could not be reached. */
export function failure(thrown: unknown): DatabaseError | KontorError | Error {
  if (!(thrown instanceof pg.DatabaseError)) return unreachable(thrown)
  const refused = new DatabaseError(thrown)
  if (noText.has(refused.code)) return invalid('A text has the character NUL; leave it out.', { cause: refused })
  return closed.has(refused.code.slice(0, 2))
    ? unavailable(`The database is not available: ${thrown.message}.`)
    : refused
}

/** Ours, or of Node's network and the driver's connection, whose messages name hosts and ports. */
function unreachable(thrown: unknown): Error {
  const ours = [KontorError, DatabaseError, RangeError, TypeError]
  if (thrown instanceof Error && ours.some(kind => thrown instanceof kind)) return thrown
  return unavailable(`The database cannot be reached: ${messageOf(thrown) || codeOf(thrown)}.`)
}

/** For `catch`: throws on what can be shown. */
export function refuse(thrown: unknown): never {
  throw failure(thrown)
}

const repeatable = new Set(['40001', '40P01', stale])

/** Serialization failures, deadlocks, outdated statements: the same transaction may well succeed the next time. */
export const isRepeatable = (thrown: unknown): boolean => thrown instanceof DatabaseError && repeatable.has(thrown.code)

/** Whether a unique constraint or index (the named one, if given) stood against a statement. */
export const isDuplicate = (thrown: unknown, constraint?: string): boolean =>
  thrown instanceof DatabaseError &&
  thrown.code === '23505' &&
  (constraint === undefined || thrown.constraint === constraint)
