import { get, post } from '../../operation.ts'
import { among, anyObject, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { historyEntry, pageOf, policy, role, shortPageOf } from './common.ts'

const outline = {
  id: text,
  role,
  counterparty: text,
  dataset: text,
  negotiationId: text,
  agreedAt: time,
  finalizedAt: orNull(time),
  retiredAt: orNull(time),
  retiredReason: orNull(text),
}

const agreement = named(
  'Agreement',
  record({
    ...outline,
    digest: meaning('SHA-256, hex, of its terms in canonical form.', orNull(text)),
    policyHash: meaning('SHA-256, hex, of the whole as an RDF graph (RDFC-1.0).', orNull(text)),
    agreement: policy,
  }),
)

const agreements = named('Agreements', pageOf(named('AgreementOutline', record(outline))))

const evidence = named(
  'Evidence',
  record({
    type: text,
    statement: meaning('What we state: the agreement, the journals, what was moved; see the guide.', anyObject),
    signature: record({ jws: text, key: meaning('The public key, a JWK.', anyObject) }),
  }),
)

const history = named(
  'AgreementHistory',
  shortPageOf(
    named(
      'AgreementHistoryEntry',
      record({
        source: meaning('The process whose entry it is.', record({ kind: among('negotiation', 'transfer'), id: text })),
        ...historyEntry,
      }),
    ),
  ),
)

const { agreementList, nothing, page, reason } = shapes

/** What was signed, and how it is ended before its time. */
// biome-ignore format: a table is read by its columns
export const agreementOperations = {
  listAgreements:  get( '/agreements',            agreementList, agreements, 'Lists finalised agreements, the latest first'),
  getAgreement:    get( '/agreements/:id',        nothing,       agreement,  'Shows what was signed, and its digests'),
  getAgreementHistory: get('/agreements/:id/history', page,      history,    'Tells what happened, from the first message on: negotiation, duties, retirement, transfers'),
  getEvidence:     get( '/agreements/:id/evidence', nothing,     evidence,   'Gives all that happened under it, signed, for whoever checks it: `kontor verify`'),
  retireAgreement: post('/agreements/:id/retire', reason,        agreement,  'Ends it before its time, and every transfer under it', { example: { reason: 'the project is over' } }),
} as const
