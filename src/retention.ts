import { deleteAudit, deleteClaims } from './access/index.ts'
import type { Config } from './config/index.ts'
import type { Database } from './db/index.ts'
import { deleteEvents } from './events/index.ts'
import { deleteFormer } from './gaiax/index.ts'
import { deleteAgreements, type ForgetAgreements } from './negotiation/index.ts'
import { type Archive, createArchive, deleteEnded, type Forget, type Jobs } from './process/index.ts'
import { deleteAttempts } from './webhooks/index.ts'

/** Processes or agreements in one transaction: long enough to be worth it, short enough to be in nobody's way. */
const BATCH = 200
/** How often it is looked what has become old enough, ms. */
const EVERY = 3_600_000

/**
 * Deletes what need not be kept any longer, and files it away before. It is one durable job: of all replicas one does it, another
 * goes on when that one dies.
 */
export function createRetention(given: {
  db: Database
  jobs: Jobs
  settings: Config['retention'] & { readonly events: number }
  now: () => Date
  /** Deletes what the data plane has of transfers. */
  forgetFlows: Forget
  /** Deletes what both sides have signed of agreements. */
  forgetSignatures: ForgetAgreements
}) {
  const { db, jobs, settings, now, forgetFlows, forgetSignatures } = given
  const archive: Archive | undefined = settings.archive === undefined ? undefined : createArchive(settings.archive)
  const nothing: Forget = async () => new Map()
  const longAgo = (age: number) => new Date(now().getTime() - age)

  /** One batch of everything; whether there may be more. */
  async function deleteSome(): Promise<boolean> {
    const { processes, agreements, audit, credentials, idempotency } = settings
    const common = { limit: BATCH, archive, now: now() }
    const counts = [
      await deleteClaims(db, longAgo(idempotency), BATCH),
      Math.min(BATCH, await deleteEvents(db, longAgo(settings.events), BATCH)),
      await deleteAttempts(db, longAgo(settings.events), BATCH),
    ]
    if (audit !== undefined) counts.push(await deleteAudit(db, { ...common, before: longAgo(audit) }))
    if (processes !== undefined) {
      const before = longAgo(processes)
      counts.push(await deleteEnded(db, { ...common, kind: 'transfer', before, forget: forgetFlows }))
      counts.push(await deleteEnded(db, { ...common, kind: 'negotiation', before, forget: nothing }))
    }
    if (agreements !== undefined)
      counts.push(await deleteAgreements(db, { ...common, before: longAgo(agreements), forget: forgetSignatures }))
    counts.push(await deleteFormer(db, { ...common, before: longAgo(credentials) }))
    return counts.some(count => count === BATCH)
  }

  jobs.serve('retention', async () => {
    const more = await deleteSome()
    return more ? now() : longAgo(-EVERY)
  })

  return {
    /** Looks now, and every hour from now on. */
    async start(): Promise<void> {
      await db.transaction(tx => jobs.ask(tx, { kind: 'retention', key: 'all', queue: 'retention' }))
    },
  }
}
