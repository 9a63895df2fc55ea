import { randomUUID } from 'node:crypto'
import { KIT_PARTICIPANT, permission, subjectOf } from '../../../src/cli/conformance/kit.ts'
import type { Protocol, Talk } from './talk.ts'

/** The offer that was spoken of last, whoever did. */
function onTheTable({ said }: Talk): Readonly<Record<string, unknown>> {
  return said.findLast(({ carried }) => 'offer' in carried)?.carried.offer as Readonly<Record<string, unknown>>
}

/** The offer in a request of the kit's: later ones name an assignee, and in CN:01-02 an offer that nobody has made. */
function requested(talk: Talk): object {
  const { testId, subject, pid } = talk
  const target = subjectOf(testId)
  const published = subject.offers.get(target) ?? ''
  if (pid === undefined) return { '@id': published, target, '@type': 'Offer', permission }
  const id = testId === 'CN:01-02' ? 'CD123:ACN0102:456' : published
  return { '@id': id, target, '@type': 'Offer', assignee: KIT_PARTICIPANT, permission }
}

const offered = ({ testId, subject }: Talk): object => ({
  '@id': `offer${subjectOf(testId)}`,
  target: subjectOf(testId),
  '@type': 'Offer',
  assigner: KIT_PARTICIPANT,
  assignee: subject.participantId,
  permission,
})

const agreed = ({ testId, subject }: Talk): object => ({
  '@id': randomUUID(),
  target: subjectOf(testId),
  '@type': 'Agreement',
  assigner: KIT_PARTICIPANT,
  assignee: subject.participantId,
  timestamp: '2026-01-31T12:00:00.123456789Z',
  permission,
})

/** What the connector must have agreed to: the terms on the table, between the two, with an id and a time of its own. */
function agreement(talk: Talk, given: unknown): object {
  const { t, testId, subject } = talk
  const { '@id': id, timestamp } = given as { '@id': string; timestamp: string }
  t.match(id, /^urn:uuid:/)
  t.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const parties = { target: subjectOf(testId), assigner: subject.participantId, assignee: KIT_PARTICIPANT }
  return { '@id': id, '@type': 'Agreement', ...parties, timestamp, permission: onTheTable(talk).permission }
}

/** The consumer makes up its first offer; after that it answers with the provider's own. */
function ourRequest(talk: Talk): object {
  const target = subjectOf(talk.testId)
  return onTheTable(talk) ?? { '@id': `offer${target}`, '@type': 'Offer', target, permission }
}

const because = { code: 'scenario', reason: ['The scenario wants it so.'] }
const nothing = () => ({})

// biome-ignore format: a table is read by its columns
export const negotiationProtocol: Protocol = {
  collection: 'negotiations',
  process: 'ContractNegotiation',
  error: 'ContractNegotiationError',
  words: {
    request:   { type: 'ContractRequestMessage',                path: 'request',                state: 'REQUESTED',  answered: true,
                 says: talk => ({ offer: requested(talk) }),    carries: talk => ({ offer: ourRequest(talk) }) },
    offer:     { type: 'ContractOfferMessage',                  path: 'offers',                 state: 'OFFERED',    answered: true,
                 says: talk => ({ offer: offered(talk) }),      carries: talk => ({ offer: onTheTable(talk) }) },
    accept:    { type: 'ContractNegotiationEventMessage',       path: 'events',                 state: 'ACCEPTED',   answered: false,
                 says: () => ({ eventType: 'ACCEPTED' }),       carries: () => ({ eventType: 'ACCEPTED' }) },
    agree:     { type: 'ContractAgreementMessage',              path: 'agreement',              state: 'AGREED',     answered: false,
                 says: talk => ({ agreement: agreed(talk) }),   carries: (talk, body) => ({ agreement: agreement(talk, body.agreement) }) },
    verify:    { type: 'ContractAgreementVerificationMessage',  path: 'agreement/verification', state: 'VERIFIED',   answered: false,
                 says: nothing,                                 carries: nothing },
    finalize:  { type: 'ContractNegotiationEventMessage',       path: 'events',                 state: 'FINALIZED',  answered: false,
                 says: () => ({ eventType: 'FINALIZED' }),      carries: () => ({ eventType: 'FINALIZED' }) },
    terminate: { type: 'ContractNegotiationTerminationMessage', path: 'termination',            state: 'TERMINATED', answered: false,
                 says: () => ({ code: '1' }),                   carries: () => because },
  },
}
