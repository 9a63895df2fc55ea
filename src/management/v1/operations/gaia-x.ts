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

const state = named(
  'GaiaXState',
  record({
    selfDescription: meaning('Where everybody finds it.', text),
    level: meaning('Of our label; null while we have none.', orNull(text)),
    credentials: listOf(credential),
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

const { nothing, participantList } = claimShapes
const participants = named('GaiaXParticipants', shortPageOf(participant))

/** What we and others say in a Gaia-X ecosystem. Only where `gaiaX.mode` is `on`. */
// biome-ignore format: a table is read by its columns
export const gaiaXOperations = {
  getGaiaX:              get( '/gaia-x',              nothing,      state,        'Shows what we publish about ourselves, and whether we are labelled'),
  refreshGaiaX:          post('/gaia-x/refresh',      nothing,      state,        'Brings it up to date now, and has it labelled where that is due'),
  listGaiaXParticipants: get( '/gaia-x/participants', participantList, participants, 'Lists the participants whose labels were looked at'),
} as const
