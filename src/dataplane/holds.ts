import type { Database, Session } from '../db/index.ts'

/** First key of the advisory locks by which replicas show which flow they have in hand ("push" in ASCII). */
const lockSpace = 0x70757368

type Lock = 'pg_try_advisory_lock' | 'pg_advisory_unlock'

/**
 * Which flows this replica has in hand, as the others see it. Holds on flows are locks of a session of the database: it drops them when we end, however suddenly. Should only the session end, `lost` is
 * called: somebody else may take up what we are doing.
 */
export function createHolds(db: Database, lost: () => void) {
  let session: Promise<Session> | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function open(): Promise<Session> {
    const own = await db.session()
    own.onLost(() => {
      session = undefined
      lost()
    })
    return own
  }

  async function run(what: Lock, id: string): Promise<boolean> {
    session ??= open()
    const opening = session
    opening.catch(() => {
      if (session === opening) session = undefined
    })
    const own = await opening
    const [row] = await own.query<{ done: boolean }>(`select ${what}($1, hashtext($2)) as done`, [lockSpace, id])
    return row?.done === true
  }

  /** One statement at a time: a session has one connection. */
  function lock(what: Lock, id: string): Promise<boolean> {
    const turn = last.then(() => run(what, id))
    last = turn.catch(() => {})
    return turn
  }

  return {
    /** Takes a flow in hand, unless another replica has it. */
    take: (id: string) => lock('pg_try_advisory_lock', id),
    /** Gives it out of hand. */
    async letGo(id: string): Promise<void> {
      if (session !== undefined) await lock('pg_advisory_unlock', id)
    },
    async close(): Promise<void> {
      await (await session?.catch(() => undefined))?.release()
    },
  }
}
