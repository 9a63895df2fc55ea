import { protocolUrl } from '../../dsp/index.ts'
import { invalid, KontorError, notFound } from '../../errors.ts'
import type { Negotiation, TargetedOffer } from '../../negotiation/index.ts'
import { normalisePolicy } from '../../policy/index.ts'
import type { Given } from '../given.ts'
import { parseOffer, parsePolicy } from '../policies.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { pageOf } from './list.ts'
import { negotiationOperations } from './operations/negotiations.ts'
import { type BeginInput, because } from './shapes.ts'

type Services = Pick<
  Given,
  'negotiations' | 'journalOf' | 'pendingOf' | 'troublesOf' | 'callbacks' | 'checkAddress' | 'discover'
>

/** Negotiations in the house's own words, for the console, the lab and people. */
export function negotiationEndpoints(given: Services): Endpoint[] {
  const { negotiations, journalOf, pendingOf, troublesOf, callbacks } = given

  async function find(id: string): Promise<Negotiation> {
    const negotiation = await negotiations.find(id)
    if (!negotiation) throw notFound('negotiation', id)
    return negotiation
  }

  async function begin(input: BeginInput, actor: string): Promise<Negotiation> {
    const { role = 'consumer', counterparty, address, offer, needs } = input
    if (needs && role === 'provider') throw invalid('Only a consumer says what it needs.', { faults: [notOurs] })
    const read = { offer: readOffer(offer), needs: needs && below('/needs', () => parsePolicy(normalisePolicy(needs))) }
    const beginning = { counterparty, ...read, address: await protocolUrl(address, given) }
    return role === 'consumer' ? negotiations.request(beginning, actor) : negotiations.offer(beginning, actor)
  }

  async function show(negotiation: Negotiation) {
    const delivery = (await pendingOf([negotiation.id])).get(negotiation.id) ?? null
    const failing = await troublesOf(negotiation.id)
    return { ...whole(negotiation), delivery, failing, callbacks: await callbacks.of(negotiation) }
  }

  const history = async (id: string) => ({ items: await journalOf((await find(id)).id) })

  // biome-ignore format: a table is read by its columns
  return implement(negotiationOperations, {
    listNegotiations:      call => pageOf(call.input, negotiations.list, outline),
    beginNegotiation:      async call => show(await begin(call.input, call.actor)),
    getNegotiation:        async ({ id }) => show(await find(id)),
    getNegotiationHistory: ({ id }) => history(id),
    approveNegotiation:    async ({ id, actor }) => show(await negotiations.approve(id, actor)),
    counterNegotiation:    async ({ id, input, actor }) => show(await negotiations.counter(id, readOffer(input.offer), actor)),
    terminateNegotiation:  async ({ id, input, actor }) => show(await negotiations.terminate(id, because(input), actor)),
  })
}

const notOurs = { path: '/needs', message: 'must not be there if role is provider: a publication has bounds instead' }

/** An offer of the operator's, in any spelling of ODRL's words; extension properties stay as they are. Throws `invalid`. */
const readOffer = (offer: object): TargetedOffer =>
  below('/offer', () => parseOffer({ ...normalisePolicy(offer), '@type': 'Offer' }))

/** Tells faults by their place in the whole request. */
function below<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    const { code, status, message, faults } = error
    throw new KontorError(code, status, message, {
      faults: faults.map(fault => ({ ...fault, path: `${place}${fault.path}` })),
    })
  }
}

/** What a list tells of a negotiation. */
function outline({ id, role, state, counterparty, data, waiting, sending, error, createdAt, updatedAt }: Negotiation) {
  return {
    id,
    role,
    /** Null until the counterparty has acknowledged the first message. */
    state,
    counterparty,
    dataset: data.datasetId,
    agreementId: data.agreement?.['@id'] ?? null,
    waiting,
    /** Messages of ours under way. */
    sending: sending.map(({ step }) => step.message),
    error,
    createdAt,
    updatedAt,
  }
}

/** All there is to know of a negotiation. */
function whole(negotiation: Negotiation) {
  const { address, peerPid, data } = negotiation
  return {
    ...outline(negotiation),
    address,
    peerPid,
    offers: data.offers,
    needs: data.needs ?? null,
    agreement: data.agreement ?? null,
  }
}
