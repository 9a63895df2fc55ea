import { get, post } from '../../operation.ts'
import { among, anything, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { pageOf, role } from './common.ts'

const obligation = named(
  'Obligation',
  record({
    id: text,
    agreement: text,
    role: meaning('Our side of the agreement.', role),
    counterparty: text,
    negotiationId: text,
    path: meaning('JSON pointer into the agreement.', text),
    kind: among('obligation', 'duty', 'remedy', 'consequence'),
    action: text,
    rule: meaning('As it stands in the agreement.', anything),
    state: among('inactive', 'pending', 'fulfilled', 'violated'),
    due: orNull(time),
    remindedAt: orNull(time),
    performedAt: orNull(time),
    performedBy: orNull(text),
    evidence: anything,
    breachedAt: orNull(time),
    breachedBy: orNull(text),
    breachEvidence: anything,
    createdAt: time,
    updatedAt: time,
  }),
)

const obligations = named('Obligations', pageOf(obligation))
const example = { at: '2026-11-26T12:00:00Z', evidence: 'https://example.org/receipts/7' }

const { obligationList, nothing, fulfilment } = shapes

/** What agreements demand to be done. */
// biome-ignore format: a table is read by its columns
export const obligationOperations = {
  listObligations:  get( '/obligations',            obligationList, obligations, 'Lists what agreements demand to be done'),
  getObligation:    get( '/obligations/:id',        nothing,        obligation,  'Shows one, with its rule, when it is due, and its evidence'),
  fulfilObligation: post('/obligations/:id/fulfil', fulfilment,     obligation,  'Says that it was done', { example }),
  breachObligation: post('/obligations/:id/breach', fulfilment,     obligation,  'Says that it was missed, or what a remedy makes up for happened', { example }),
} as const
