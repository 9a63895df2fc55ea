import type { Facts } from '../types.ts'
import type { Value } from '../values.ts'
import { EDC, ODRL } from '../vocabulary.ts'
import { always, type Found, type LeftOperand, stated } from './operand.ts'

const asReference = (text: string): Value => ({ text, type: '@id' })

/** Claims come from outside: only strings can be names of groups. */
export function groupsOf({ participant: { claims } }: Facts): readonly string[] {
  const { groups } = claims
  if (typeof groups === 'string') return [groups]
  return Array.isArray(groups) ? groups.filter(group => typeof group === 'string') : []
}

const whoAsks = ({ participant }: Facts): Found => ({ values: [asReference(participant.id)] })

const recipients = ['recipient']

/** Left operands that the identity of the participant answers. */
export const party: readonly LeftOperand[] = [
  {
    iri: `${ODRL}recipient`,
    aliases: [],
    label: { en: 'recipient', fr: 'destinataire' },
    type: 'text',
    source: 'participant',
    stages: always,
    // In a data space who asks is who receives, and has proved it; only a policy judged by itself is told otherwise.
    find: (facts, wanted) => (facts.stage === undefined && stated(recipients, facts, wanted)) || whoAsks(facts),
  },
  {
    iri: 'urn:kontor:participant',
    aliases: ['kontor:participant', 'participantId', `${EDC}participantId`, 'counterPartyId', `${EDC}counterPartyId`],
    label: { en: 'participant', fr: 'participant' },
    type: 'text',
    source: 'participant',
    stages: always,
    find: whoAsks,
  },
  {
    iri: 'urn:kontor:group',
    aliases: ['kontor:group'],
    label: { en: 'group', fr: 'groupe' },
    type: 'text',
    source: 'participant',
    stages: always,
    find: facts => ({ values: groupsOf(facts).map(text => ({ text })) }),
  },
]
