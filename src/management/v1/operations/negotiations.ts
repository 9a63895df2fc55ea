import { get, post } from '../../operation.ts'
import { listOf, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { callbacks, delivery, failing, history, pageOf, policy, role, waiting } from './common.ts'

const outline = {
  id: text,
  role,
  state: meaning('Null until the other side has acknowledged the first message.', orNull(text)),
  counterparty: text,
  dataset: text,
  agreementId: orNull(text),
  waiting,
  sending: meaning('Messages of ours under way.', listOf(text)),
  error: orNull(text),
  createdAt: time,
  updatedAt: time,
}

const negotiation = named(
  'Negotiation',
  record({
    ...outline,
    address: text,
    peerPid: orNull(text),
    offers: listOf(record({ by: role, offer: policy, at: time })),
    needs: orNull(policy),
    agreement: orNull(policy),
    delivery,
    failing,
    callbacks,
  }),
)

const negotiations = named('Negotiations', pageOf(named('NegotiationOutline', record(outline))))

const offer = {
  '@id': 'an-offer',
  target: 'wind',
  assigner: 'did:web:provider.example',
  permission: [{ action: 'use' }],
}
const begin = { counterparty: 'did:web:provider.example', address: 'https://provider.example/dsp/2025-1', offer }

const { negotiationList, nothing, counter, reason } = shapes

/** Negotiations in the house's own words. */
// biome-ignore format: a table is read by its columns
export const negotiationOperations = {
  listNegotiations:     get( '/negotiations',               negotiationList, negotiations, 'Lists negotiations, the latest first'),
  beginNegotiation:     post('/negotiations',               shapes.begin,    negotiation,  'Begins one: a consumer (the default) requests, a provider offers', { status: 201, example: begin }),
  getNegotiation:       get( '/negotiations/:id',           nothing,         negotiation,  'Shows it: every offer made, whom it waits for and why, the agreement'),
  getNegotiationHistory: get('/negotiations/:id/history',   nothing,         history,      'Tells what happened, hash-chained'),
  approveNegotiation:   post('/negotiations/:id/approve',   nothing,         negotiation,  'Says yes to the latest offer: accepts as consumer, agrees as provider'),
  counterNegotiation:   post('/negotiations/:id/counter',   counter,         negotiation,  'Answers with other terms', { example: { offer } }),
  terminateNegotiation: post('/negotiations/:id/terminate', reason,          negotiation,  'Says no, with a reason that the other side is told', { example: { reason: 'not for us' } }),
} as const
