import { sealSources } from './catalog/index.ts'
import { sealFlows } from './dataplane/index.ts'
import type { Database, Transaction } from './db/index.ts'
import type { Safe } from './keys/index.ts'
import type { Jobs } from './process/index.ts'
import { createAddressSeal, createSourceSeal, type SealingBatch } from './signaling/index.ts'
import { sealTransfers } from './transfer/index.ts'

/** Rows looked at in one transaction: short enough to be in nobody's way. */
const BATCH = 200
/** When it is looked again, ms: processes of a former version may still have run beside us. */
const AGAIN = 86_400_000
/** Clocks of several machines may differ by so much, ms. */
const CLOCKS = 600_000

/** Seals what of a batch lies as it came; the last id looked at, undefined when there is nothing more. */
type Shelf = (tx: Transaction, batch: SealingBatch) => Promise<string | undefined>

/**
 * Seals the secrets that former versions have kept as they came: keys of sources, tokens, keys of places to push to. It is one durable
 * job, batch by batch, beside all else that goes on; what is not sealed yet is read as it is.
 */
export function createSealing({ db, jobs, safe, now }: { db: Database; jobs: Jobs; safe: Safe; now: () => Date }) {
  const seals = { sourceSeal: createSourceSeal(safe), addressSeal: createAddressSeal(safe) }
  const shelves: Readonly<Record<string, Shelf>> = {
    datasets: (tx, batch) => sealSources(tx, batch, seals.sourceSeal),
    flows: (tx, batch) => sealFlows(tx, batch, seals),
    transfers: (tx, batch) => sealTransfers(tx, batch, seals.addressSeal),
  }

  /** One batch of a shelf; whether there may be more. */
  const sealSome = ([name, seal]: [string, Shelf]): Promise<boolean> =>
    db.transaction(async tx => {
      const { after, since } = await readPlace(tx, name, now())
      const last = await seal(tx, { after, since, limit: BATCH })
      await (last === undefined ? endPass(tx, name) : writePlace(tx, name, last))
      return last !== undefined
    })

  jobs.serve('sealing', async () => {
    const more = await Promise.all(Object.entries(shelves).map(sealSome))
    return more.includes(true) ? now() : new Date(now().getTime() + AGAIN)
  })

  return {
    /** Looks now, and every day from now on. */
    async start(): Promise<void> {
      await db.transaction(tx => jobs.ask(tx, { kind: 'sealing', key: 'all', queue: 'sealing' }))
    },
  }
}

/** Where the pass under way is; if there is none, one begins. */
async function readPlace(tx: Transaction, shelf: string, now: Date): Promise<{ after: string; since: Date }> {
  const [place] = await tx.query<{ after: string; since: Date }>(
    `insert into sealing as s (shelf, began, since) values ($1, $2, 'epoch')
     on conflict (shelf) do update set began = case s.after when '' then excluded.began else s.began end
     returning after, since`,
    [shelf, now],
  )
  if (place === undefined) throw new Error('a place that was just written is not there')
  return place
}

const writePlace = (tx: Transaction, shelf: string, after: string) =>
  tx.query('update sealing set after = $2 where shelf = $1', [shelf, after])

/** The next one looks at what was written since this one began. */
const endPass = (tx: Transaction, shelf: string) =>
  tx.query(`update sealing set after = '', since = began - $2 * interval '1 ms' where shelf = $1`, [shelf, CLOCKS])
