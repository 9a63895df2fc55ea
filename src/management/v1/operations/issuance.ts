import { get, post } from '../../operation.ts'
import { among, anyObject, listOf, meaning, named, orNull, record, text, time } from '../../schemas.ts'
import { claimShapes } from '../claim-shapes.ts'
import { shortPageOf } from './common.ts'

const request = named(
  'IssuanceRequest',
  record({
    id: text,
    holder: text,
    holderPid: text,
    definitions: meaning('Ids of credential definitions.', listOf(text)),
    state: among('WAITING', 'APPROVED', 'REJECTED'),
    reason: orNull(text),
    decidedBy: orNull(among('rule', 'operator')),
    deliveredAt: orNull(time),
    error: meaning('Why delivery was given up.', orNull(text)),
    createdAt: time,
    updatedAt: time,
  }),
)

const credential = named(
  'IssuedCredential',
  record({
    id: text,
    requestId: text,
    definition: text,
    type: text,
    profile: text,
    holder: text,
    schema: orNull(text),
    status: listOf(anyObject),
    state: among('ACTIVE', 'SUSPENDED', 'REVOKED'),
    reason: orNull(text),
    validFrom: time,
    validUntil: time,
    changedAt: time,
  }),
)

const requests = named('IssuanceRequests', shortPageOf(request))
const credentials = named('IssuedCredentials', shortPageOf(credential))
const offered = record({ id: text })

const { nothing, issuanceList, issuedList, approval, offer, reason } = claimShapes
const offering = { holder: 'did:web:member.example', credentials: ['membership'] }

/** Credentials that we issue to others. Only where `issuer.definitions` says so. */
// biome-ignore format: a table is read by its columns
export const issuanceOperations = {
  listIssuanceRequests:      get( '/issuance/requests',                  issuanceList, requests,    'Lists what holders have asked us for'),
  getIssuanceRequest:        get( '/issuance/requests/:id',              nothing,      request,     'Shows one'),
  approveIssuanceRequest:    post('/issuance/requests/:id/approve',      approval,     request,     'Issues it; once more, if delivery was given up', { example: { claims: { city: 'Visby' } } }),
  rejectIssuanceRequest:     post('/issuance/requests/:id/reject',       reason,       request,     'Refuses it, with a reason that the holder is told', { example: { reason: 'not a member' } }),
  offerCredentials:          post('/issuance/offers',                    offer,        offered,     'Tells a holder what it could ask for', { status: 201, example: offering }),
  listIssuedCredentials:     get( '/issuance/credentials',               issuedList,   credentials, 'Lists what we have issued, and how it stands'),
  getIssuedCredential:       get( '/issuance/credentials/:id',           nothing,      credential,  'Shows one'),
  revokeIssuedCredential:    post('/issuance/credentials/:id/revoke',    reason,       credential,  'Revokes it, for good', { example: { reason: 'has left' } }),
  suspendIssuedCredential:   post('/issuance/credentials/:id/suspend',   reason,       credential,  'Suspends it', { example: { reason: 'fees are due' } }),
  reinstateIssuedCredential: post('/issuance/credentials/:id/reinstate', reason,       credential,  'Ends its suspension', { example: { reason: 'fees are paid' } }),
} as const
