import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/db/index.ts'
import type { Negotiation } from '../../src/negotiation/index.ts'
import { agree } from '../../src/negotiation/store.ts'
import type { Rule } from '../../src/policy/index.ts'
import type { Role } from '../../src/process/index.ts'
import { insertProcess } from '../../src/process/store.ts'

/** An agreement that is to be there without having been negotiated. */
export interface GivenAgreement {
  readonly id: string
  /** Whether we are its provider or its consumer. */
  readonly role: Role
  readonly participantId: string
  readonly counterparty: string
  readonly datasetId: string
  readonly permission: readonly Rule[]
  readonly prohibition?: readonly Rule[]
  readonly obligation?: readonly Rule[]
  /** Now if absent. */
  readonly at?: Date
}

/** Writes a finalised agreement as a negotiation would have left it, and gives that one's id. There is no door for this in the product, and should be none. */
export async function giveAgreement(db: Database, given: GivenAgreement): Promise<string> {
  const {
    id,
    role,
    participantId,
    counterparty,
    datasetId,
    permission,
    prohibition,
    obligation,
    at = new Date(),
  } = given
  const [assigner, assignee] = role === 'provider' ? [participantId, counterparty] : [counterparty, participantId]
  const timestamp = at.toISOString()
  const parties = { target: datasetId, assigner, assignee }
  const offer = { '@id': `offer-${id}`, '@type': 'Offer', target: datasetId, permission } as const
  const negotiation: Negotiation = {
    id: `urn:uuid:${randomUUID()}`,
    role,
    state: 'FINALIZED',
    counterparty,
    peerPid: `urn:uuid:${randomUUID()}`,
    address: 'http://127.0.0.1:9',
    data: {
      datasetId,
      offers: [{ by: 'consumer', offer, at: timestamp }],
      agreement: {
        '@id': id,
        '@type': 'Agreement',
        ...parties,
        timestamp,
        permission,
        ...(prohibition && { prohibition }),
        ...(obligation && { obligation }),
      },
    },
    sending: [],
    seen: [],
    visits: { FINALIZED: 1 },
    waiting: null,
    error: null,
    version: 1,
    journalSeq: 0,
    journalHash: '',
    createdAt: at,
    updatedAt: at,
  }
  const beside = negotiation.data.agreement ? [agree(negotiation, negotiation.data.agreement, true)] : []
  await insertProcess(db, 'negotiation', negotiation, { entries: [], wakes: [], quiet: [], beside })
  return negotiation.id
}
