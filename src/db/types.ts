/** A parameter of a statement: node-postgres turns it into what the column needs. Objects and arrays for jsonb go through `json()`. */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Buffer
  | null
  | readonly string[]
  | readonly number[]

/**
 * Runs one statement and gives its rows: bigint as number, timestamptz as Date, jsonb parsed. Inside a transaction every call
 * goes over the same connection. Throws a `DatabaseError` when PostgreSQL refuses, `unavailable` (503) when it cannot be reached.
 */
export interface Queryable {
  query<R extends object = Record<string, unknown>>(sql: string, parameters?: readonly Parameter[]): Promise<R[]>
}

/** A transaction in progress. `afterCommit` runs when, and only when, it has been committed. */
export interface Transaction extends Queryable {
  afterCommit(work: () => void): void
}

/** A connection of its own. What it holds (locks, settings) ends with it. */
export interface Session extends Queryable {
  /** Ends the connection. */
  release(): Promise<void>
  /** Calls `lost` when the connection ends without `release`. */
  onLost(lost: () => void): void
}

/** The one PostgreSQL database of a connector, migrated and ready. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction: its result after the commit, or its error after the rollback. Serialization failures and deadlocks are repeated. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs what follows from a statement that is committed: what it throws is logged, and must not look as if that were undone. */
  afterwards(work: () => void): void
  /**
   * Calls `heard` with the payload of each NOTIFY on `channel`; the answer stops it. Survives a lost connection, and then calls
   * once with an empty payload, as something may have been missed.
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  /** A connection of its own, for session-level things such as advisory locks. */
  session(): Promise<Session>
  /** Ends all connections, and the embedded server if there is one. */
  close(): Promise<void>
}
