import type { Database } from '../db/index.ts'
import { KontorError, notFound } from '../errors.ts'
import { type Keyring, signCompact } from '../keys/index.ts'
import type { AgreementRecord, Negotiations, Obligation } from '../negotiation/index.ts'
import { digestOf, findProcess, listJournal, type Process } from '../process/index.ts'
import { type Bundle, type Chained, type Moved, type Owed, type Statement, TYPE } from './bundle.ts'
import { findAudit, findCounted, findServed, findTransfers } from './store.ts'

/** As many transfers, and obligations, as a bundle takes. */
const MOST = 1_000

/** Makes evidence of agreements. */
export type Evidence = ReturnType<typeof createEvidence>

/** Puts together what is kept of an agreement, and signs it. Whoever gets it needs nothing of us to check it. */
export function createEvidence(given: {
  db: Database
  negotiations: Pick<Negotiations, 'agreement' | 'hashOf' | 'obligations'>
  /** The keys for evidence. */
  keyring: Keyring
  participantId: string
  now: () => Date
  /** What the parties have signed of an agreement themselves: compact JWS; nothing if absent. */
  credentialsOf?: ((agreement: AgreementRecord) => Promise<readonly string[]>) | undefined
}) {
  const { db, negotiations, keyring, participantId, now, credentialsOf = async () => [] } = given

  async function chained(process: Process): Promise<Chained> {
    const { id, peerPid, state, journalSeq, journalHash } = process
    return { id, peerPid, state, journal: await listJournal(db, id), journalSeq, journalHash }
  }

  async function moved(id: string): Promise<Moved[]> {
    const process = await findProcess<Process<string, { message: string }, { format: string }>>(db, 'transfer', id)
    if (!process) return []
    return [{ ...(await chained(process)), format: process.data.format, served: await findServed(db, id) }]
  }

  async function stateOf(record: AgreementRecord): Promise<Statement> {
    const { id, role, counterparty, negotiationId, agreement, digest } = record
    const negotiation = await findProcess(db, 'negotiation', negotiationId)
    const { ids, count } = await findTransfers(db, id, role, MOST)
    const transfers: Moved[] = []
    for (const each of ids) transfers.push(...(await moved(each)))
    const obligations = await negotiations.obligations.list({ agreement: id, role, limit: MOST })
    return {
      madeAt: now().toISOString(),
      participant: participantId,
      role,
      counterparty,
      agreement,
      digest,
      policyHash: await negotiations.hashOf(record).catch(unlessNotLinked),
      agreedAt: record.agreedAt.toISOString(),
      finalizedAt: told(record.finalizedAt),
      retiredAt: told(record.retiredAt),
      retiredReason: record.retiredReason,
      negotiation: negotiation ? await chained(negotiation) : null,
      transfers,
      transfersLeftOut: count - ids.length,
      usage: role === 'provider' ? await findCounted(db, id) : null,
      obligations: obligations.map(owed),
      audit: await findAudit(db, [id, negotiationId, ...ids, ...obligations.map(each => each.id)]),
      credentials: await credentialsOf(record),
    }
  }

  return {
    /** The evidence of an agreement. Throws `not-found`. */
    async of(agreementId: string): Promise<Bundle> {
      const record = await negotiations.agreement(agreementId)
      if (!record) throw notFound('agreement', agreementId)
      // What is signed is what JSON keeps of it.
      const statement: Statement = JSON.parse(JSON.stringify(await stateOf(record)))
      const signer = keyring.current()
      const iat = Math.floor(now().getTime() / 1_000)
      const claims = { iss: participantId, sub: agreementId, iat, digest: digestOf(statement) }
      const jws = await signCompact(signer, { typ: 'evidence+jwt' }, claims)
      return { type: TYPE, statement, signature: { jws, key: signer.publicJwk } }
    },
  }
}

const told = (time: Date | null): string | null => time?.toISOString() ?? null

const owed = (obligation: Obligation): Owed => {
  const { id, action, path, state, due, performedAt, performedBy, evidence, breachedAt, breachedBy } = obligation
  const times = { due: told(due), performedAt: told(performedAt), breachedAt: told(breachedAt) }
  return { id, action, path, state, performedBy, evidence, breachedBy, ...times }
}

/** Extension properties that are not JSON-LD have no graph. */
function unlessNotLinked(error: unknown): null {
  if (error instanceof KontorError && error.code === 'invalid') return null
  throw error
}
