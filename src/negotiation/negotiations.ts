import type { FindOffer } from '../catalog/index.ts'
import { type Database, isDuplicate } from '../db/index.ts'
import { joinUrl, type Send } from '../dsp/index.ts'
import { conflict, notFound, wrongState } from '../errors.ts'
import { appendFacts, type Fact } from '../events/index.ts'
import { type Expand, type Policy, policyHash } from '../policy/index.ts'
import {
  type Callback,
  createRunner,
  type DeliveryEvents,
  deleteProcess,
  type Follow,
  type Incoming,
  type Outbox,
  PEERS_PATIENCE,
  type ProcessEvents,
  type ProcessQuery,
  type Role,
  serveProcesses,
} from '../process/index.ts'
import { type AskWebhook, askLane } from './ask.ts'
import { builtInDeciders, type CounterOffers } from './deciders.ts'
import { CHANGED, createObligations, DUTIES, type MakeRemark, type ObligationEvents } from './obligations/index.ts'
import { createRules, type DataWanted } from './rules.ts'
import {
  type AgreementQuery,
  type AgreementRecord,
  type ContractChanged,
  findAgreement,
  findAgreementOf,
  keepHash,
  listAgreements,
  NAMED_TWICE,
  reinstate,
  retire,
} from './store.ts'
import type { Negotiation, NegotiationDecider, NegotiationStep, TargetedOffer } from './types.ts'
import { toWire, typeOf } from './wire.ts'

/** With whom, where it receives messages, and about which offer. */
export interface NegotiationBeginning {
  readonly counterparty: string
  /** The counterparty's protocol URL, version path included. */
  readonly address: string
  readonly offer: TargetedOffer
  /** Consumer: what we need at least, and would accept in answer. */
  readonly needs?: Policy | undefined
  /** Consumer: the format in which the data is asked for as soon as there is an agreement. */
  readonly thenTransfer?: string | undefined
  /** Who wants to hear of it. */
  readonly callbacks?: readonly Callback[] | undefined
}

/** Everything that can be done with contract negotiations. */
export type Negotiations = ReturnType<typeof createNegotiations>

export function createNegotiations(given: {
  db: Database
  outbox: Outbox
  now: () => Date
  events: ProcessEvents & DeliveryEvents & ObligationEvents
  participantId: string
  /** Where peers reach us: our protocol URL, version path included. */
  callbackAddress: () => string
  findOffer: FindOffer
  /** Asked before the built-in ones. */
  deciders: readonly NegotiationDecider[]
  counterOffers: CounterOffers
  askWebhook: AskWebhook | undefined
  send: Send
  /** Brings JSON-LD into its expanded form: agreements are hashed as what they say. */
  expand: Expand
  /** Throws unless a peer's address may be called. */
  checkAddress: (url: string) => void
  giveUpAfter: number
  contractChanged?: ContractChanged | undefined
  /** Hears, in the transaction, of an agreement whose data is to be asked for. */
  dataWanted?: DataWanted | undefined
  follow?: Follow | undefined
  /** How many a counterparty may have open, in either role; without it as many as it likes. */
  mostOpen?: number | undefined
}) {
  const { db, outbox, now, events, participantId, callbackAddress, findOffer, send, giveUpAfter, mostOpen } = given
  const { contractChanged } = given
  const deciders = [...given.deciders, ...builtInDeciders(given.counterOffers)]
  const runner = createRunner(
    createRules({ participantId, findOffer, deciders, contractChanged, dataWanted: given.dataWanted }),
    {
      db,
      outbox,
      now,
      events,
      follow: given.follow,
      mostOpen,
    },
  )

  serveProcesses<Negotiation, NegotiationStep>('negotiation', {
    outbox,
    runner,
    deliver: (process, sending) => {
      const { path, body } = toWire(process, sending, callbackAddress())
      return send(process.counterparty, joinUrl(process.address, path), body, policiesOf(process, sending.step))
    },
    typeOf,
    giveUpAfter,
    now,
    events,
  })
  /**
   * What concerns an agreement is noted with its negotiation. One that is kept no longer had no transfer left to be ended when it was
   * deleted; a later one is judged at every access.
   */
  const remark: MakeRemark = async (id, make) => {
    if (await runner.find(id)) await runner.remark(id, make)
    else
      await db.transaction(async tx => {
        await appendFacts(tx, (await make(tx)).facts ?? [], now())
        tx.afterCommit(() => events.told?.())
      })
  }
  const obligations = createObligations({ db, remark, now, events })
  outbox.serve('negotiation', DUTIES, obligations.lane)
  outbox.serve('negotiation', 'ask', askLane(runner, given.askWebhook))

  const begin =
    (role: Role, message: 'request' | 'offer') =>
    (beginning: NegotiationBeginning, actor = 'operator') => {
      const { counterparty, address, offer, needs, thenTransfer, callbacks } = beginning
      const data = {
        datasetId: offer.target,
        offers: [],
        ...(needs && { needs }),
        ...(thenTransfer !== undefined && { thenTransfer }),
        ...(callbacks && { callbacks }),
      }
      return runner.begin({ role, counterparty, address, data }, { message, offer }, actor)
    }

  async function get(id: string): Promise<Negotiation> {
    const negotiation = await runner.settled(id, PEERS_PATIENCE)
    if (!negotiation) throw notFound('negotiation', id)
    return negotiation
  }

  return {
    /** Asks a provider for a contract, as consumer. */
    request: begin('consumer', 'request'),

    /** Offers a contract to a consumer, as provider. */
    offer: begin('provider', 'offer'),

    /** Answers the latest offer with other terms: a counter-request as consumer, a counter-offer as provider. */
    counter: (id: string, offer: TargetedOffer, actor = 'operator') =>
      runner.command(id, actor, ({ role }) => ({ message: role === 'consumer' ? 'request' : 'offer', offer })),

    /** Says yes to the latest offer: accepts it as consumer, agrees to it as provider. */
    approve: (id: string, actor = 'operator') =>
      runner.command(id, actor, ({ role, state }) => {
        if (role === 'consumer') return state === 'AGREED' ? { message: 'verify' } : { message: 'accept' }
        if (state === 'VERIFIED') return { message: 'finalize' }
        if (state === 'OFFERED') throw wrongState('Our offer waits for the consumer: only it can accept it.')
        return { message: 'agree' }
      }),

    /** Makes a single move; what state it needs is in the table. */
    move: (id: string, step: NegotiationStep, actor = 'operator') => runner.command(id, actor, step),

    /** Ends a negotiation, whatever is under way. */
    terminate: (id: string, reason: string, actor = 'operator') => runner.terminate(id, actor, reason),

    /** The negotiation of that id, once what is on the wire has been answered. Throws `not-found`. */
    get,

    /** The negotiation as it stands at this moment. */
    find: (id: string): Promise<Negotiation | undefined> => runner.find(id),

    list: (query?: ProcessQuery): Promise<Negotiation[]> => runner.list(query),

    /** A peer's first message. The same again gives the same negotiation. */
    receiveFirst: (incoming: Incoming<NegotiationStep>, role: Role, address: string): Promise<Negotiation> => {
      given.checkAddress(address)
      const { step, counterparty } = incoming
      const datasetId = 'offer' in step ? step.offer.target : ''
      return runner.receiveFirst(incoming, { role, counterparty, address, data: { datasetId, offers: [] } })
    },

    /** A peer's message in a negotiation. */
    receive: (id: string, incoming: Incoming<NegotiationStep>): Promise<Negotiation> =>
      runner.receive(id, incoming).catch(error => namedTwice(error, incoming.step)),

    /** What a peer may see of a negotiation: only its own. Throws `not-found`. */
    async show(id: string, counterparty: string): Promise<Negotiation> {
      const known = await runner.find(id)
      if (known?.counterparty !== counterparty) throw notFound('negotiation', id)
      const negotiation = await get(id)
      // Before the first acknowledgement there is no state that the protocol knows.
      if (negotiation.state === null) throw notFound('negotiation', id)
      return negotiation
    },

    agreement: (id: string, role?: Role): Promise<AgreementRecord | undefined> => findAgreement(db, id, role),
    agreementOf: (negotiationId: string): Promise<AgreementRecord | undefined> => findAgreementOf(db, negotiationId),
    agreements: (query?: AgreementQuery): Promise<AgreementRecord[]> => listAgreements(db, query),

    /**
     * What an agreement is known by outside: SHA-256, hex, of it as an RDF graph in canonical form, the same on both sides and in
     * every spelling (`policyHash`). Made when first asked for, since it costs as much as the negotiation; then kept. Rejects with
     * `invalid` if extension properties in it are not JSON-LD.
     */
    async hashOf({ policyHash: kept, negotiationId, agreement }: AgreementRecord): Promise<string> {
      if (kept !== null) return kept
      const hash = await policyHash(agreement, given.expand)
      await keepHash(db, negotiationId, hash)
      return hash
    },

    /**
     * Ends an agreement before its time: nothing can be had under it from now on, and transfers that run are ended. The
     * counterparty of a transfer is told the reason. Throws `not-found`, and `conflict` if it is retired already.
     */
    async retire(id: string, reason: string, role?: Role, actor = 'operator'): Promise<AgreementRecord> {
      const record = await findAgreement(db, id, role)
      if (!record?.finalizedAt) throw notFound('agreement', id)
      await remark(record.negotiationId, async tx => {
        if (!(await retire(tx, record.negotiationId, reason, now())))
          throw conflict(`The agreement ${JSON.stringify(id)} is retired already.`)
        await contractChanged?.(tx, record)
        const facts = [agreementFact('retired', record, actor, reason)]
        return {
          notes: [{ actor, event: 'commanded', message: 'retire', detail: { reason } }],
          facts,
          lanes: [CHANGED],
        }
      })
      return { ...record, retiredAt: now(), retiredReason: reason }
    },

    /** Takes a retirement back: what is asked for under the agreement from now on is judged as before. What was ended stays so. */
    async reinstate(id: string, role?: Role, actor = 'operator'): Promise<void> {
      const record = await findAgreement(db, id, role)
      if (!record?.retiredAt) throw notFound('retired agreement', id)
      await remark(record.negotiationId, async tx => {
        if (!(await reinstate(tx, record.negotiationId))) throw notFound('retired agreement', id)
        await contractChanged?.(tx, record)
        const facts = [agreementFact('reinstated', record, actor, null)]
        return { notes: [{ actor, event: 'commanded', message: 'reinstate' }], facts, lanes: [CHANGED] }
      })
    },

    /** Deletes a negotiation that led to nothing, with its history. Throws `not-found`, and `conflict` for any other. */
    remove: (id: string): Promise<void> =>
      deleteProcess<Negotiation>(db, 'negotiation', id, ({ state, data }) => {
        if (state !== 'TERMINATED')
          throw conflict(`Only a TERMINATED negotiation can be deleted; this one is ${state ?? 'INITIAL'}.`)
        if (data.agreement) throw conflict('A negotiation that came to an agreement cannot be deleted.')
      }),

    /** What agreements demand to be done. */
    obligations,

    /** Waits until what is on the wire for a negotiation is answered, for so many ms at most. */
    settled: async (id: string, patience?: number): Promise<void> => void (await runner.settled(id, patience)),
  }
}

/** A provider that gives two agreements one id is told so. */
function namedTwice(error: unknown, step: NegotiationStep): never {
  if (!isDuplicate(error, NAMED_TWICE)) throw error
  const id = 'agreement' in step ? step.agreement?.['@id'] : undefined
  throw conflict(`${JSON.stringify(id)} names another agreement already.`, { cause: error })
}

/** What others are told of an agreement's end, or of its being taken back. */
function agreementFact(
  what: 'retired' | 'reinstated',
  { id, role, counterparty, datasetId: dataset, negotiationId: negotiation }: AgreementRecord,
  actor: string,
  reason: string | null,
): Fact {
  return { type: `agreement.${what}`, subject: id, data: { role, counterparty, dataset, negotiation, actor, reason } }
}

/** What a message of ours is about: the terms that the counterparty may judge us by. */
function policiesOf({ data }: Negotiation, step: NegotiationStep): readonly Policy[] {
  const proposed = 'offer' in step ? step.offer : data.offers.at(-1)?.offer
  const terms = data.agreement ?? proposed
  return terms ? [terms] : []
}
