import { get, post } from '../../operation.ts'
import { among, anyObject, listOf, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { claimShapes } from '../claim-shapes.ts'
import { shortPageOf } from './common.ts'

const credential = named(
  'WalletCredential',
  record({
    digest: meaning('SHA-256, hex, of its token: its name here.', text),
    id: orNull(text),
    types: listOf(text),
    issuer: text,
    profile: text,
    requestId: meaning('The request of ours that it answers; null if nobody asked.', orNull(text)),
    validFrom: orNull(time),
    validUntil: orNull(time),
    receivedAt: time,
  }),
)

const request = named(
  'CredentialRequest',
  record({
    id: text,
    issuer: text,
    objects: meaning("Ids of what the issuer's metadata lists.", listOf(text)),
    types: listOf(text),
    state: among('REQUESTED', 'RECEIVED', 'ISSUED', 'REJECTED', 'FAILED'),
    statusUrl: orNull(text),
    reason: orNull(text),
    renews: orNull(text),
    createdAt: time,
    updatedAt: time,
  }),
)

const offer = named(
  'CredentialOffer',
  record({
    id: text,
    issuer: text,
    credentials: listOf(anyObject),
    objects: listOf(text),
    state: among('WAITING', 'REQUESTED', 'DECLINED'),
    requestId: orNull(text),
    receivedAt: time,
    updatedAt: time,
  }),
)

const credentials = named('WalletCredentials', shortPageOf(credential))
const requests = named('CredentialRequests', shortPageOf(request))
const offers = named('CredentialOffers', shortPageOf(offer))
const token = record({ digest: text, token: meaning('The signed credential.', text) })
const removed = record({ digest: text, removed: { const: true } })
const declined = record({ id: text, state: { const: 'DECLINED' } })

const { nothing, walletList, requestList, request: wish, offerList } = claimShapes
const example = { issuer: 'did:web:authority.example', types: ['MembershipCredential'] }

/** Our own credentials. Only where `identity.mode` is `dcp`. */
// biome-ignore format: a table is read by its columns
export const credentialOperations = {
  listCredentialRequests: get( '/credentials/requests',           requestList, requests,    'Lists what we have asked issuers for, and how it stands'),
  requestCredentials:     post('/credentials/requests',           wish,        request,     'Asks an issuer, by `types` or by the ids of its metadata (`credentials`)', { status: 201, example }),
  getCredentialRequest:   get( '/credentials/requests/:id',       nothing,     request,     'Shows a request of ours'),
  listCredentialOffers:   get( '/credentials/offers',             offerList,   offers,      'Lists what issuers have offered us'),
  acceptCredentialOffer:  post('/credentials/offers/:id/accept',  nothing,     request,     'Asks for what was offered'),
  declineCredentialOffer: post('/credentials/offers/:id/decline', nothing,     declined,    'Does not'),
  listCredentials:        get( '/credentials',                    walletList,  credentials, 'Lists what is in the wallet'),
  getCredential:          get( '/credentials/:id',                nothing,     credential,  'Shows one by its digest, without what it says'),
  getCredentialToken:     get( '/credentials/:id/token',          nothing,     token,       'Gives the signed credential, to be kept elsewhere or looked into'),
  removeCredential:       post('/credentials/:id/remove',         nothing,     removed,     'Throws it away'),
} as const
