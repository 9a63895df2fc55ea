import type { Config } from '../../config/types.ts'
import type { Database, Transaction } from '../../db/index.ts'
import { KontorError } from '../../errors.ts'
import type { Jobs } from '../../process/index.ts'
import { payloadOf } from '../publish.ts'
import type { GaiaXSettings } from '../self-description.ts'
import type { Signing } from '../sign.ts'
import { type Place, reportMended, reportTrouble } from '../troubles.ts'
import type { GaiaXEvents } from '../types.ts'
import { createCatalogueClient } from './client.ts'
import { type Due, findDue, findSuperfluous, putCatalogued, readCatalogued, removeCatalogued } from './store.ts'

/** Keeps a catalogue up to date with what we say of ourselves. */
export interface Catalogue {
  /** Has it looked after, as soon as the transaction is committed. To be asked every now and then, too: what was refused is tried again. */
  ask(tx: Transaction): Promise<void>
  state(): Promise<CatalogueState>
  close(): void
}

/** How far it is. */
export interface CatalogueState {
  readonly url: string
  /** So many credentials it has as they are now. */
  readonly there: number
  readonly waiting: number
  readonly refused: readonly { readonly credential: string; readonly reason: string }[]
}

/** The kind of job: there is one for each catalogue, so it is brought one thing after the other. */
const CATALOGUE = 'gaia-x-catalogue'

/** What is refused is tried again after so long, ms. */
const RETRY = 3_000_000

/** So many are looked for at a time. */
const BATCH = 100

/**
 * Brings our own credentials to the catalogue of a federation, each as it changes, and takes back what we no longer say. What it has is written
 * down here, so nothing is lost by a restart, and nothing said twice. What others attest about us is not brought: it is not ours to publish there.
 */
export function openCatalogue(given: {
  config: Config
  url: string
  db: Database
  jobs: Jobs
  now: () => Date
  events: GaiaXEvents
  signing: Signing
}): Catalogue {
  const { config, url, db, jobs, now, events, signing } = given
  const did = config.participant.id
  const client = createCatalogueClient({
    settings: { ...config.gaiaX.catalogue, url },
    allow: config.network.allow,
    now,
  })
  const selection = { catalogue: url, types: typesOf(config.gaiaX) }

  async function look(): Promise<undefined> {
    await removeAll()
    const retry = new Date(now().getTime() - RETRY)
    for (let after = ''; ; ) {
      const batch: readonly Due[] = await findDue(db, selection, { after, now: now(), retry, limit: BATCH })
      for (const due of batch) await bring(due)
      const last = batch.at(-1)
      if (last === undefined || batch.length < BATCH) return undefined
      after = last.id
    }
  }

  async function bring(due: Due): Promise<void> {
    await putCatalogued(db, url, due, { state: 'begun', at: now() })
    const place = { about: due.id, task: 'publication' } as const
    try {
      await client.bring(await dress(due, { did, signing }))
    } catch (error) {
      if (!(error instanceof KontorError) || error.code !== 'conflict') throw error
      await putCatalogued(db, url, due, { state: 'refused', reason: error.message, at: now() })
      return tell(place, error)
    }
    await putCatalogued(db, url, due, { state: 'there', at: now() })
    await mend(place)
    events.gaiaX({ what: 'catalogued', credential: due.id, type: due.type })
  }

  async function removeAll(): Promise<void> {
    for (;;) {
      const batch = await findSuperfluous(db, selection, BATCH)
      for (const { id, subject } of batch) {
        await client.remove(subject)
        await removeCatalogued(db, url, id)
        await mend({ about: id, task: 'publication' })
        events.gaiaX({ what: 'taken back', credential: id })
      }
      if (batch.length < BATCH) return
    }
  }

  async function tell(place: Place, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    const state = error instanceof KontorError && ['conflict', 'forbidden'].includes(error.code) ? 'refused' : 'failed'
    events.gaiaX({ what: state, credential: place.about, reason })
    await reportTrouble(db, place, { state, reason }, now())
  }

  const mend = (place: Place): Promise<void> => reportMended(db, place, now())

  jobs.serve(CATALOGUE, async () => {
    const place = { about: url, task: 'publication' } as const
    try {
      await look()
      await mend(place)
    } catch (error) {
      await tell(place, error)
      // Who does not let us in is asked again when somebody asks for it, the latest within the hour; who does not answer, with growing pauses.
      if (!(error instanceof KontorError && error.code === 'forbidden')) throw error
    }
    return undefined
  })

  return {
    ask: tx => jobs.ask(tx, { kind: CATALOGUE, key: url, queue: CATALOGUE }),
    state: async () => ({ url, ...(await readCatalogued(db, selection)) }),
    close: client.close,
  }
}

/** Data products only where everybody may read them. */
const typesOf = ({ dataProducts }: GaiaXSettings): readonly string[] => [
  'LegalPerson',
  'Issuer',
  'ServiceOffering',
  ...(dataProducts === 'listed' ? ['DataProduct'] : []),
]

/**
 * The credential as a catalogue wants it: the same, and its issuer also as the claim `iss`. A Federated Catalogue that verifies signatures looks for
 * it there (VC-JOSE-COSE §3.1.1 allows it), while Gaia-X puts it into the header.
 */
const dress = ({ jwt }: Due, { did, signing }: { did: string; signing: Signing }): Promise<string> =>
  signing.credential({ ...payloadOf(jwt), iss: did })
