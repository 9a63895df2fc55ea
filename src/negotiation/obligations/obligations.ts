import type { Database, Queryable, Transaction } from '../../db/index.ts'
import { conflict, invalid, notFound } from '../../errors.ts'
import type { Fact } from '../../events/index.ts'
import { nextBoundary, type PolicyState } from '../../policy/index.ts'
import type { Happening, Lane, LaneWork, Remark } from '../../process/index.ts'
import { type AgreementRecord, findAgreementOf } from '../store.ts'
import { compareDuties, dutiesOf } from './duties.ts'
import {
  findObligation,
  keep,
  listKept,
  listObligations,
  markBreached,
  markPerformed,
  markReminded,
  type ObligationQuery,
  performancesOf,
} from './store.ts'
import type { Obligation, ObligationEvents } from './types.ts'

/** The lane of a negotiation's work on the duties of its agreement: due when time changes how one of them stands. */
export const DUTIES = 'duties'
/** The lane of its work when the agreement, or what its policy depends on, has changed: whoever acts under it serves it. */
export const CHANGED = 'changed'

/** Writes something that concerns a negotiation's agreement, in one transaction with what is noted of it and the work that follows. */
export type MakeRemark = (negotiationId: string, make: (tx: Transaction) => Promise<Remark>) => Promise<void>

/** How a duty is said to have been done, or missed. */
export interface Fulfilment {
  /** Not in the future; now if absent. */
  readonly at?: Date | undefined
  /** What shows it, in whatever form. */
  readonly evidence?: unknown
}

/** The duties that agreements bring with them, ours and theirs. */
export type Obligations = ReturnType<typeof createObligations>

/**
 * Follows the duties of agreements. The policy engine says how each stands; this keeps it, tells of every change, and looks again
 * when time will change it. That one was done is stated by people or programs, with evidence.
 */
export function createObligations(given: {
  db: Database
  remark: MakeRemark
  now: () => Date
  events: ObligationEvents
}) {
  const { db, remark, now, events } = given

  /** Brings what is kept up to date. Runs in the transaction that changes something, with the negotiation held. */
  async function settle(tx: Queryable, record: AgreementRecord) {
    const kept = await listKept(tx, record.negotiationId)
    const state = { now: now(), agreedAt: record.agreedAt, performances: performancesOf(record.agreement, kept) }
    const { changed, remind: due, next } = compareDuties(kept, dutiesOf(record.agreement, state), state.now)
    for (const duty of changed) await keep(tx, record, duty, state.now)
    const reminded = kept.filter(({ path }) => due.includes(path))
    for (const { id } of reminded) await markReminded(tx, id, state.now)
    const fresh = await listKept(tx, record.negotiationId)
    const changes = fresh.filter(({ path }) => changed.some(duty => duty.path === path))
    // What has just come to be may be due within a day: it is told of by coming to be.
    const facts = [
      ...changes.map(each => factOf(each, each.state, 'connector')),
      ...reminded.map(each => factOf(each, 'due', 'connector')),
    ]
    return { notes: changes.map(noteOf), facts, changes, reminded, next: nextLook(record, state, next) }
  }

  function nextLook({ agreement }: AgreementRecord, state: PolicyState, reminder: Date | undefined): Date | undefined {
    const times = [nextBoundary(agreement, state), reminder].flatMap(time => time?.getTime() ?? [])
    return times.length > 0 ? new Date(Math.min(...times)) : undefined
  }

  const tell = (obligation: Obligation, state: Obligation['state'] | 'due'): void => {
    const { id, agreementId: agreement, role, counterparty, action, due } = obligation
    events.obligationChanged({ obligation: id, agreement, role, counterparty, action, state, due })
  }

  /** Settles in a turn of the negotiation, after `first` has been written and noted. */
  async function update(
    record: AgreementRecord,
    first: { write: (tx: Queryable) => Promise<void>; note: Happening; facts: readonly Fact[] } | undefined,
  ): Promise<void> {
    const done = { changes: [] as readonly Obligation[], reminded: [] as readonly Obligation[] }
    await remark(record.negotiationId, async tx => {
      await first?.write(tx)
      const { notes, facts, changes, reminded, next } = await settle(tx, record)
      Object.assign(done, { changes, reminded })
      const lanes: (string | LaneWork)[] = [
        { lane: DUTIES, due: next ?? null },
        ...(changes.length > 0 ? [CHANGED] : []),
      ]
      return {
        notes: [...(first ? [first.note] : []), ...notes],
        facts: [...(first?.facts ?? []), ...facts],
        lanes,
      }
    })
    for (const obligation of done.changes) tell(obligation, obligation.state)
    for (const obligation of done.reminded) tell(obligation, 'due')
  }

  async function get(id: string): Promise<Obligation> {
    const found = await findObligation(db, id)
    if (!found) throw notFound('obligation', id)
    return found
  }

  /** Writes down what somebody states about an obligation, and what follows from it. */
  async function putOnRecord(
    message: 'fulfil' | 'breach',
    id: string,
    { at = now(), evidence }: Fulfilment,
    actor: string,
    make: (tx: Queryable, obligation: Obligation, statement: Parameters<typeof markPerformed>[2]) => Promise<void>,
  ): Promise<Obligation> {
    const obligation = await get(id)
    if (!(at <= now())) throw invalid('It must be a time in the past at which it was.', { faults: [past] })
    const record = await findAgreementOf(db, obligation.negotiationId)
    if (!record) throw notFound('agreement', obligation.agreementId)
    const write = async (tx: Queryable) =>
      make(tx, (await findObligation(tx, id)) ?? obligation, { at, by: actor, evidence })
    const detail = { obligation: id, action: obligation.action, at: at.toISOString(), evidence: evidence ?? null }
    // That it was done is what becomes of it; of a breach it may be something else that changes.
    const facts = message === 'breach' ? [factOf(obligation, 'breached', actor)] : []
    await update(record, { write, note: { actor, event: 'commanded', message, detail }, facts })
    return get(id)
  }

  const lane: Lane = async ({ process: { id } }) => {
    const record = await findAgreementOf(db, id)
    if (record?.finalizedAt) await update(record, undefined)
  }

  return {
    lane,
    get,
    list: (query: ObligationQuery = {}): Promise<Obligation[]> => listObligations(db, query),

    /** States that an obligation was fulfilled. Throws `not-found`, `invalid`, and `conflict` if it is fulfilled already. */
    fulfil: (id: string, done: Fulfilment, actor = 'operator'): Promise<Obligation> =>
      putOnRecord('fulfil', id, done, actor, async (tx, { performedAt }, statement) => {
        if (performedAt) throw conflict('This obligation is fulfilled already.')
        await markPerformed(tx, id, statement)
      }),

    /**
     * States that an obligation was not done when it should have been; or, of a remedy, that the prohibition was broken that it makes up
     * for. What follows from that comes into effect. Throws `not-found`, `invalid`, and `conflict` if it is known already, or done.
     */
    breach: (id: string, missed: Fulfilment, actor = 'operator'): Promise<Obligation> =>
      putOnRecord('breach', id, missed, actor, async (tx, obligation, statement) => {
        if (obligation.breachedAt) throw conflict('This breach is known already.')
        if (obligation.performedAt) throw conflict('This obligation is fulfilled already.')
        await markBreached(tx, obligation, statement)
      }),
  }
}

const past = { path: '/at', message: 'must be a time that has passed' }

/** What others are told of an obligation. */
function factOf(obligation: Obligation, what: Obligation['state'] | 'due' | 'breached', actor: string): Fact {
  const { id, agreementId: agreement, negotiationId: negotiation, role, counterparty, action, path, due } = obligation
  const data = { agreement, negotiation, role, counterparty, action, path, due: due?.toISOString() ?? null, actor }
  return { type: `obligation.${what}`, subject: id, data }
}

const noteOf = ({ id, action, path, state, due }: Obligation): Happening => ({
  actor: 'connector',
  event: 'decided',
  message: state,
  detail: { obligation: id, action, path, due },
})
