import { get, post } from '../../operation.ts'
import { flag, meaning, named, orNull, record, text, time, whole } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { shortPageOf } from './common.ts'

const peer = named(
  'FederatedPeer',
  record({
    id: text,
    address: meaning('Where its catalogue is asked for; null until it was found out.', orNull(text)),
    datasets: meaning('How many of its datasets are kept here.', whole),
    crawledAt: meaning('When all of it was last known to be so; null if it was never had.', orNull(time)),
    changedAt: meaning('When something in it was last found changed.', orNull(time)),
    triedAt: orNull(time),
    stale: meaning('Whether the last look failed: what is kept is older than it should be.', flag),
    attempts: meaning('How often it could not be had, in a row.', whole),
    lastError: orNull(text),
    nextAttempt: meaning('When it is looked at again, if that is not being done at this moment.', orNull(time)),
  }),
)
const peers = named('FederatedPeers', shortPageOf(peer))

const { nothing, page } = shapes
const kept =
  'Those are kept that the settings `federation.peers` list, and with `federation.participants: known` those of whom we have asked something. What they offer is told by `POST /management/v3/catalogs/request`.'

/** Catalogues of others that are kept here. */
// biome-ignore format: a table is read by its columns
export const federationOperations = {
  listPeers: get( '/peers',           page,    peers, 'Lists participants whose catalogues are kept here, and how it stands with each', { description: kept }),
  getPeer:   get( '/peers/:id',       nothing, peer,  'Shows one: when its catalogue was last had, what went wrong, and when it is looked at again'),
  crawlPeer: post('/peers/:id/crawl', nothing, peer,  'Looks at its catalogue at once'),
} as const
