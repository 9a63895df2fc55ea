import { DSP_CONTEXT, isFromEdc, type MessageOf, type MessageType, type Received, reasonsOf } from '../dsp/index.ts'
import { dress } from '../policy/index.ts'
import { envelopeOf, type Incoming, otherRole, type Sending } from '../process/index.ts'
import type { Negotiation, NegotiationStep } from './types.ts'

type Wired = Extract<MessageType, `Contract${string}Message`>
type Step = NegotiationStep

/** Our moves as messages of the protocol: type, path below the receiver's address, and what the message carries. */
// biome-ignore format: a table is read by its columns
const messages: { readonly [M in Step['message']]: readonly [type: Wired, path: string, carries: (step: Step & { message: M }) => object] } = {
  request:   ['ContractRequestMessage',                'request',                step => ({ offer: dress(step.offer) })  ],
  offer:     ['ContractOfferMessage',                  'offers',                 step => ({ offer: dress(step.offer) })  ],
  accept:    ['ContractNegotiationEventMessage',       'events',                 () => ({ eventType: 'ACCEPTED' })       ],
  agree:     ['ContractAgreementMessage',              'agreement',              step => ({ ...(step.agreement && { agreement: dress(step.agreement) }) }) ],
  verify:    ['ContractAgreementVerificationMessage',  'agreement/verification', () => ({})                              ],
  finalize:  ['ContractNegotiationEventMessage',       'events',                 () => ({ eventType: 'FINALIZED' })      ],
  terminate: ['ContractNegotiationTerminationMessage', 'termination',            ({ code, reason }) => ({ ...(code && { code }), ...(reason.length > 0 && { reason }) }) ],
}

/** The type of the message for a step. */
export const typeOf = ({ message }: Step): Wired => messages[message][0]

/** The message for a step under way, and the path it is posted to (DSP 2025-1, Contract Negotiation HTTPS Binding). */
export function toWire({ id, role, peerPid, state }: Negotiation, sending: Sending<Step>, callbackAddress: string) {
  const { step } = sending
  // The row's function takes the very step whose message chose the row, which the type system cannot follow.
  const [type, path, carries] = messages[step.message] as readonly [Wired, string, (step: Step) => object]
  const pids = { [`${role}Pid`]: id, ...(peerPid && { [`${otherRole(role)}Pid`]: peerPid }) }
  const first = state === null ? { callbackAddress } : {}
  const body = { '@context': [DSP_CONTEXT], '@id': sending.id, '@type': type, ...pids, ...first, ...carries(step) }
  return { path: `/negotiations/${peerPid ? `${encodeURIComponent(peerPid)}/` : ''}${path}`, body }
}

/** A peer's message as a move in a negotiation. */
export function fromWire({ sender, message }: Received<MessageOf<Wired>>): Incoming<Step> {
  return { ...envelopeOf(sender, message), step: stepOf(message), storesLate: isFromEdc(message) }
}

function stepOf(message: MessageOf<Wired>): Step {
  switch (message['@type']) {
    case 'ContractRequestMessage':
      return { message: 'request', offer: message.offer }
    case 'ContractOfferMessage':
      return { message: 'offer', offer: message.offer }
    case 'ContractAgreementMessage':
      return { message: 'agree', agreement: message.agreement }
    case 'ContractAgreementVerificationMessage':
      return { message: 'verify' }
    case 'ContractNegotiationEventMessage':
      return { message: message.eventType === 'ACCEPTED' ? 'accept' : 'finalize' }
    case 'ContractNegotiationTerminationMessage':
      return {
        message: 'terminate',
        reason: reasonsOf(message.reason),
        ...(message.code !== undefined && { code: message.code }),
      }
  }
}
