import type { Database } from '../../src/db/index.ts'
import { isBound, listAgreements } from '../../src/negotiation/store.ts'
import { countByState, listProcesses } from '../../src/process/list.ts'
import { claimDue, measureOutbox } from '../../src/process/outbox-store.ts'
import { findByPeer, findProcess, listJournal, lockProcess } from '../../src/process/store.ts'
import { findLiveTransfers } from '../../src/transfer/store.ts'

/** A step of a plan, as PostgreSQL explains it. */
interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Node[]
}

/** What PostgreSQL would do for the statements of `work`: the ways in which it gets at rows of the tables that grow. */
export async function waysOf(db: Database, work: (db: Database) => Promise<unknown>): Promise<string[]> {
  const plans: Node[] = []
  const query = async (sql: string, parameters = []) => {
    const [row] = await db.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`explain (format json) ${sql}`, parameters)
    if (row) plans.push(row['QUERY PLAN'][0].Plan)
    return []
  }
  await work({ ...db, query } as unknown as Database)
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  return plans.flatMap(flat).flatMap(node => {
    const grows = ['process', 'journal', 'agreement'].includes(node['Relation Name'] ?? '')
    return grows ? `${node['Node Type']} ${node['Index Name'] ?? `of ${node['Relation Name']}`}` : []
  })
}

const peer = { role: 'provider', counterparty: 'did:web:peer-7' } as const
const page = { offset: 100, limit: 50 }
const after = { id: 'urn:uuid:x', createdAt: new Date() }

/** Every question that is asked often, or by an operator who waits. */
// biome-ignore format: a table is read by its columns
export const questions: readonly (readonly [string, (db: Database) => Promise<unknown>])[] = [
  ['one process',                      db => findProcess(db, 'negotiation', 'urn:uuid:x')],
  ['one process, held',                db => lockProcess(db, 'negotiation', 'urn:uuid:x')],
  ['a repeated first message',         db => findByPeer(db, 'negotiation', peer, 'urn:uuid:x')],
  ['whether a dataset is spoken for',  db => isBound(db, 'dataset-of-nobody')],
  ['a journal',                        db => listJournal(db, 'urn:uuid:x')],
  ['due work',                         db => claimDue(db, { replica: 1, now: new Date(), limit: 200, full: [] })],
  ['the outbox, measured',             db => measureOutbox(db)],
  ['processes by state, counted',      db => countByState(db, 'negotiation')],
  ['the latest negotiations',          db => listProcesses(db, 'negotiation', page)],
  ['the first ones',                   db => listProcesses(db, 'negotiation', { order: 'asc' })],
  ['the page after one',               db => listProcesses(db, 'negotiation', { after })],
  ['the page after one, upwards',      db => listProcesses(db, 'negotiation', { after, order: 'asc' })],
  ['by the latest change',             db => listProcesses(db, 'negotiation', { ...page, sort: 'updated' })],
  ['of one counterparty',              db => listProcesses(db, 'negotiation', { counterparty: 'did:web:peer-7' })],
  ['of an unknown counterparty',       db => listProcesses(db, 'transfer', { any: { counterparty: ['nobody'] } })],
  ['that are REQUESTED',               db => listProcesses(db, 'negotiation', { state: 'REQUESTED' })],
  ['that are TERMINATED',              db => listProcesses(db, 'negotiation', { state: 'TERMINATED' })],
  ['by standing',                      db => listProcesses(db, 'negotiation', { any: { standing: ['TERMINATED'] } })],
  ['by standing, under way',           db => listProcesses(db, 'transfer', { any: { standing: ['STARTED', 'STARTED>suspend'] } })],
  ['with an EDR',                      db => listProcesses(db, 'transfer', { role: 'consumer', state: 'STARTED', has: 'edr' })],
  ['of a dataset',                     db => listProcesses(db, 'negotiation', { any: { datasetId: ['dataset-7'] } })],
  ['that led to an agreement',         db => listProcesses(db, 'negotiation', { any: { agreementId: ['urn:agreement:7'] } })],
  ['under an agreement',               db => listProcesses(db, 'transfer', { any: { agreementId: ['urn:agreement:7'] } })],
  ['by the peer\'s id',                db => listProcesses(db, 'transfer', { any: { peerPid: ['urn:uuid:x'] } })],
  ['the latest agreements',            db => listAgreements(db, page)],
  ['the agreements after one',         db => listAgreements(db, { after })],
  ['live transfers of an agreement',   db => findLiveTransfers(db, 'urn:agreement:7', 'provider')],
  ['agreements by id',                 db => listAgreements(db, { any: { id: ['a', 'b'], role: ['consumer'] } })],
  ['agreements of a dataset',          db => listAgreements(db, { any: { datasetId: ['dataset-7'] } })],
  ['agreements of a counterparty',     db => listAgreements(db, { any: { counterparty: ['nobody'] } })],
  ['agreements of a provider',         db => listAgreements(db, { any: { provider: ['nobody'] } })],
  ['agreements of a consumer',         db => listAgreements(db, { any: { consumer: ['did:web:peer-7'] } })],
  ['agreements of a negotiation',      db => listAgreements(db, { any: { negotiationId: ['urn:uuid:x'] } })],
]
