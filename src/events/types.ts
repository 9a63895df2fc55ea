import type { Shape } from './schemas.ts'

/** What stands before every type where it is told to others: names of ours, in the reversed order of domain names as CloudEvents advises. */
export const PREFIX = 'dev.kontor.'

/** A row: what the subject is, the shape of the data, and when it happens. */
type Row = readonly [subject: string, shape: Shape, about: string]

/**
 * All events there are. A type never changes its meaning, and its data only gains members: whatever would break a reader is a new
 * type.
 */
// biome-ignore format: a table is read by its columns
export const eventTypes = {
  // type                        subject        data          it happens when
  'negotiation.requested':     [ 'negotiation', 'process',    'the consumer has asked for a contract, or made a counter-offer' ],
  'negotiation.offered':       [ 'negotiation', 'process',    'the provider has made an offer' ],
  'negotiation.accepted':      [ 'negotiation', 'process',    'the consumer has accepted the offer' ],
  'negotiation.agreed':        [ 'negotiation', 'process',    'the provider has agreed; there is an agreement' ],
  'negotiation.verified':      [ 'negotiation', 'process',    'the consumer has verified the agreement' ],
  'negotiation.finalized':     [ 'negotiation', 'process',    'the agreement counts' ],
  'negotiation.terminated':    [ 'negotiation', 'process',    'the negotiation has ended without an agreement' ],
  'negotiation.decided':       [ 'negotiation', 'process',    'a decider has said what is to be done next' ],
  'negotiation.waiting':       [ 'negotiation', 'process',    'a person or a webhook is asked what is to be done next' ],
  'negotiation.commanded':     [ 'negotiation', 'process',    'an operator or a part of the connector has asked for a move' ],
  'negotiation.refused':       [ 'negotiation', 'process',    'a message of ours was refused for good, or a decision could not be followed' ],
  'negotiation.failing':       [ 'negotiation', 'delivery',   'something to be done for it failed for the first time, and will be tried again' ],
  'negotiation.gave-up':       [ 'negotiation', 'process',    'a message of ours was tried for as long as is allowed' ],
  'transfer.requested':        [ 'transfer',    'process',    'the consumer has asked for data' ],
  'transfer.started':          [ 'transfer',    'process',    'data may flow, for the first time or again' ],
  'transfer.suspended':        [ 'transfer',    'process',    'data may not flow for now' ],
  'transfer.completed':        [ 'transfer',    'process',    'all is done' ],
  'transfer.terminated':       [ 'transfer',    'process',    'the transfer has ended before it was complete' ],
  'transfer.decided':          [ 'transfer',    'process',    'a decider has said what is to be done next' ],
  'transfer.waiting':          [ 'transfer',    'process',    'a person is asked what is to be done next' ],
  'transfer.commanded':        [ 'transfer',    'process',    'an operator or a part of the connector has asked for a move' ],
  'transfer.refused':          [ 'transfer',    'process',    'a message of ours was refused for good, or a decision could not be followed' ],
  'transfer.failing':          [ 'transfer',    'delivery',   'something to be done for it failed for the first time, and will be tried again' ],
  'transfer.gave-up':          [ 'transfer',    'process',    'a message of ours was tried for as long as is allowed' ],
  'agreement.retired':         [ 'agreement',   'agreement',  'an agreement was ended before its time' ],
  'agreement.reinstated':      [ 'agreement',   'agreement',  'the end of an agreement was taken back' ],
  'obligation.inactive':       [ 'obligation',  'obligation', 'a duty is not, or no longer, in effect' ],
  'obligation.pending':        [ 'obligation',  'obligation', 'a duty is in effect and to be done' ],
  'obligation.due':            [ 'obligation',  'obligation', 'a duty must be done within a day' ],
  'obligation.fulfilled':      [ 'obligation',  'obligation', 'a duty was done' ],
  'obligation.violated':       [ 'obligation',  'obligation', 'a duty was not done in time, or somebody states that it was not' ],
  'obligation.breached':       [ 'obligation',  'obligation', 'somebody states a breach: of this duty, or of the prohibition that it makes up for' ],
  'dataset.created':           [ 'dataset',     'thing',      'a dataset was added' ],
  'dataset.updated':           [ 'dataset',     'thing',      'a dataset was replaced' ],
  'dataset.deleted':           [ 'dataset',     'thing',      'a dataset was removed' ],
  'policy.created':            [ 'policy',      'thing',      'a policy definition was added' ],
  'policy.updated':            [ 'policy',      'thing',      'a policy definition was replaced; offers under it have new ids' ],
  'policy.deleted':            [ 'policy',      'thing',      'a policy definition was removed' ],
  'publication.created':       [ 'publication', 'thing',      'datasets were put on offer (a contract definition was added)' ],
  'publication.updated':       [ 'publication', 'thing',      'a publication was replaced' ],
  'publication.deleted':       [ 'publication', 'thing',      'a publication was removed; its offers are no longer made' ],
  'nested-catalog.created':    [ 'catalogue',   'thing',      'another catalogue was added to ours' ],
  'nested-catalog.updated':    [ 'catalogue',   'thing',      'another catalogue in ours was replaced' ],
  'nested-catalog.deleted':    [ 'catalogue',   'thing',      'another catalogue was taken out of ours' ],
  'credential.stored':         [ 'issuer',      'credential', 'an issuer has sent credentials about us, and they are kept' ],
  'credential.rejected':       [ 'issuer',      'credential', 'an issuer has refused us a credential' ],
  'credential.offered':        [ 'issuer',      'credential', 'an issuer offers us credentials' ],
  'credential.removed':        [ 'credential',  'thing',      'a credential was thrown away' ],
  'issuance.waiting':          [ 'request',     'issuance',   'somebody asks us for a credential, and a person must decide' ],
  'issuance.approved':         [ 'request',     'issuance',   'a request for a credential of ours was approved' ],
  'issuance.rejected':         [ 'request',     'issuance',   'a request for a credential of ours was rejected' ],
  'issuance.revoked':          [ 'request',     'issuance',   'a credential of ours was revoked' ],
  'issuance.suspended':        [ 'request',     'issuance',   'a credential of ours was suspended' ],
  'issuance.reinstated':       [ 'request',     'issuance',   'a suspended credential of ours counts again' ],
  'gaia-x.labelled':           [ 'credential',  'gaia-x',     'a clearing house has given us a label, for the first time or again' ],
  'gaia-x.refused':            [ 'credential',  'gaia-x',     'a notary, clearing house, event service or catalogue has refused what we asked for; told once until that changes' ],
  'gaia-x.failed':             [ 'credential',  'gaia-x',     'something of ours could not be signed, attested, labelled or made known, and is tried again; told once until that changes' ],
  'gaia-x.expired':            [ 'credential',  'gaia-x',     'what others have attested about us has ended, and there is nothing newer' ],
  'gaia-x.revoked':            [ 'credential',  'gaia-x',     'what others have attested about us was taken back by them' ],
  'gaia-x.mended':             [ 'credential',  'gaia-x',     'what had failed, or was refused, has been done' ],
  'gaia-x.undescribed':        [ 'dataset',     'gaia-x',     'what would be said of a published dataset breaks a rule, so it is not said' ],
  'gaia-x.described':          [ 'dataset',     'gaia-x',     'what is said of a published dataset breaks no rule any more' ],
  'callback.gave-up':          [ 'process',     'webhook',    'somebody who was named when a negotiation or transfer was begun could not be told of an event' ],
  'webhook.disabled':          [ 'webhook',     'webhook',    'a webhook has not taken anything for too long, or wants nothing any more' ],
} as const satisfies Readonly<Record<string, Row>>

/** The name of an event, without what stands before it outside. */
export type EventType = keyof typeof eventTypes

const names = Object.keys(eventTypes) as readonly EventType[]

/**
 * The types that a pattern means: a name, or the beginning of names before an asterisk (`negotiation.*`), with or without the prefix;
 * undefined if it means none.
 */
export function typesLike(pattern: string): readonly EventType[] | undefined {
  const short = pattern.startsWith(PREFIX) ? pattern.slice(PREFIX.length) : pattern
  const found = short.endsWith('*')
    ? names.filter(name => name.startsWith(short.slice(0, -1)))
    : names.filter(name => name === short)
  return found.length > 0 ? found : undefined
}
