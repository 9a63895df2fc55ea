import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { isRepeatable, refuse } from './failure.ts'
import { type Log, messageOf } from './log.ts'
import { run } from './statement.ts'
import type { Parameter, Transaction } from './types.ts'

/** How often a transaction is tried that others keep getting in the way of. */
const attempts = 5

/** Runs `work` until it succeeds, fails for a reason of its own, or has been in others' way too often. */
export async function repeat<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !isRepeatable(error)) throw error
      await sleep(Math.random() * 10 * attempt)
    }
  }
}

/** Runs `work` in one transaction on a connection of the pool; hooks run after the commit. */
export async function transact<T>(pool: Pool, work: (tx: Transaction) => Promise<T>, log: Log): Promise<T> {
  const client = await pool.connect().catch(refuse)
  const attempt = new Attempt(client)
  const result = await attempt.run(work)
  for (const hook of attempt.hooks) runHook(hook, log)
  return result
}

/** Something is committed: whatever a hook throws cannot take that back, and must not look as if it did. */
export function runHook(hook: () => void, log: Log): void {
  try {
    hook()
  } catch (error) {
    log('database.hook.failed', { reason: messageOf(error) })
  }
}

class Attempt implements Transaction {
  readonly hooks: (() => void)[] = []
  readonly #client: PoolClient
  /** The first statement that failed: whatever comes after it in PostgreSQL is only its echo. */
  #failed: unknown
  #ended = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      await this.#client.query('begin').catch(refuse)
      const result = await work(this)
      await this.#commit()
      this.#client.release()
      return result
    } catch (error) {
      this.#client.release(await this.#rollback())
      throw isRepeatable(this.#failed) ? this.#failed : error
    }
  }

  async query<R extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly Parameter[],
  ): Promise<R[]> {
    // Its connection belongs to somebody else by now, who would find a stray statement in a transaction.
    if (this.#ended) throw new TypeError('A statement came after the end of its transaction: an await is missing.')
    try {
      return await run<R>(this.#client, sql, parameters)
    } catch (error) {
      this.#failed ??= error
      throw error
    }
  }

  afterCommit(work: () => void): void {
    this.hooks.push(work)
  }

  /** PostgreSQL answers the commit of a failed transaction with ROLLBACK, not with an error. */
  async #commit(): Promise<void> {
    this.#ended = true
    const { command } = await this.#client.query('commit').catch(refuse)
    if (command === 'ROLLBACK') throw this.#failed
  }

  /** True when the connection is of no more use. */
  async #rollback(): Promise<boolean> {
    this.#ended = true
    return this.#client.query('rollback').then(
      () => false,
      () => true,
    )
  }
}
