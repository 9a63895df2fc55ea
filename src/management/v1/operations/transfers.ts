import { get, post } from '../../operation.ts'
import { flag, listOf, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { callbacks, delivery, failing, history, pageOf, role, waiting } from './common.ts'

const outline = {
  id: text,
  role,
  state: meaning('Null until the other side has acknowledged the first message.', orNull(text)),
  counterparty: text,
  dataset: text,
  agreementId: text,
  format: text,
  suspendedBy: orNull(role),
  hasEdr: meaning('Whether there is something to fetch, and where is known.', flag),
  sending: meaning('Messages of ours under way.', listOf(text)),
  error: orNull(text),
  createdAt: time,
  updatedAt: time,
}

const transfer = named(
  'Transfer',
  record({
    ...outline,
    waiting,
    address: text,
    peerPid: orNull(text),
    destination: orNull(text),
    delivery,
    failing,
    callbacks,
  }),
)

const transfers = named('Transfers', pageOf(named('TransferOutline', record(outline))))

const dataAddress = named(
  'ProtocolDataAddress',
  record(
    { '@type': { const: 'DataAddress' }, endpointType: text },
    {
      endpoint: text,
      endpointProperties: listOf(record({ '@type': { const: 'EndpointProperty' }, name: text, value: text })),
    },
  ),
)
const edr = named('Edr', record({ transfer: text, dataAddress }))

const { transferList, nothing, reason } = shapes
const example = { reason: 'maintenance' }

/** Transfers in the house's own words. */
// biome-ignore format: a table is read by its columns
export const transferOperations = {
  listTransfers:      get( '/transfers',               transferList, transfers, 'Lists transfers, the latest first'),
  getTransfer:        get( '/transfers/:id',           nothing,      transfer,  'Shows one'),
  getTransferHistory: get( '/transfers/:id/history',   nothing,      history,   'Tells what happened, hash-chained'),
  getTransferEdr:     get( '/transfers/:id/edr',       shapes.edr,   edr,       'Tells where the data is fetched; `fresh` makes sure that the token is good now'),
  startTransfer:      post('/transfers/:id/start',     nothing,      transfer,  'Starts it, as provider'),
  suspendTransfer:    post('/transfers/:id/suspend',   reason,       transfer,  'Halts it', { example }),
  resumeTransfer:     post('/transfers/:id/resume',    nothing,      transfer,  'Goes on with it'),
  completeTransfer:   post('/transfers/:id/complete',  nothing,      transfer,  'Says that all data was moved'),
  terminateTransfer:  post('/transfers/:id/terminate', reason,       transfer,  'Ends it', { example }),
} as const
