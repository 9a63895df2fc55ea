import { get, post } from '../../operation.ts'
import { among, listOf, meaning, named, orNull, record, text, time, whole } from '../../schemas.ts'
import { claimShapes } from '../claim-shapes.ts'
import { shortPageOf } from './common.ts'

const credential = record({
  id: meaning('Its URL.', text),
  type: text,
  version: whole,
  source: meaning('Who has signed it.', among('own', 'notary', 'compliance', 'peer')),
  about: meaning('The dataset or agreement that it describes; null for what is about us.', orNull(text)),
  validFrom: time,
  validUntil: orNull(time),
})

const catalogue = record({
  url: text,
  there: meaning('So many of our credentials it has as they are now.', whole),
  waiting: meaning('So many are still to be brought.', whole),
  refused: listOf(record({ credential: text, reason: text })),
})

const trouble = record({
  about: meaning('The URL of a credential or catalogue, or the id of a dataset.', text),
  task: among('attestation', 'validity', 'announcement', 'publication', 'description', 'self-description'),
  state: among('failed', 'refused', 'expired', 'revoked'),
  reason: orNull(text),
  since: time,
  at: meaning('When it was tried last.', time),
})

const state = named(
  'GaiaXState',
  record({
    selfDescription: meaning('Where everybody finds it.', text),
    level: meaning('Of our label; null while we have none.', orNull(text)),
    credentials: listOf(credential),
    compliance: meaning('The compliance service that is asked for labels; null where there is none.', orNull(text)),
    troubles: meaning('What is not in order now, the oldest first; at most 100.', listOf(trouble)),
    catalogue: meaning('The catalogue of the federation; null where none is named.', orNull(catalogue)),
  }),
)

const participant = named(
  'GaiaXParticipant',
  record({
    did: text,
    level: meaning('SC, L1, L2 or L3; null: no label of it counts.', orNull(text)),
    issuer: meaning('Who has given the label.', orNull(text)),
    rulesVersion: orNull(text),
    validUntil: orNull(time),
    problem: meaning('Why something of it does not count.', orNull(text)),
    checkedAt: time,
  }),
)

const signature = record({
  issuer: text,
  credential: meaning('A compact JWS.', text),
  validFrom: time,
  validUntil: orNull(time),
  problem: meaning('Why it does not hold now; null if it does.', orNull(text)),
})

const signed = named(
  'GaiaXAgreement',
  record({
    agreement: text,
    subject: meaning('The id of the subject that both sides sign.', text),
    counterparty: text,
    own: meaning('Null while it is still to be signed.', orNull(signature)),
    peer: meaning('Null while the other side has not brought its own.', orNull(signature)),
    delivery: record({
      state: meaning('Of ours to the other side.', among('pending', 'delivered', 'not-offered', 'refused', 'given-up')),
      reason: orNull(text),
      at: orNull(time),
    }),
  }),
)

const { nothing, participantList } = claimShapes
const participants = named('GaiaXParticipants', shortPageOf(participant))

/** What we and others say in a Gaia-X ecosystem. Only where `gaiaX.mode` is `on`. */
// biome-ignore format: a table is read by its columns
export const gaiaXOperations = {
  getGaiaX:              get( '/gaia-x',              nothing,      state,        'Shows what we publish about ourselves, and whether we are labelled'),
  refreshGaiaX:          post('/gaia-x/refresh',      nothing,      state,        'Brings it up to date now, and has it labelled where that is due'),
  listGaiaXParticipants: get( '/gaia-x/participants', participantList, participants, 'Lists the participants whose labels were looked at'),
  getGaiaXAgreement:     get( '/gaia-x/agreements/:id', nothing,    signed,       'Shows an agreement as both sides have signed it'),
} as const
