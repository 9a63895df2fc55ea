import { DSP_CONTEXT, isFromEdc, type MessageOf, type MessageType, type Received, reasonsOf } from '../dsp/index.ts'
import { envelopeOf, type Incoming, otherRole, type Sending } from '../process/index.ts'
import type { DataAddress } from '../signaling/index.ts'
import type { Transfer, TransferStep } from './types.ts'

type Wired = Extract<MessageType, `Transfer${string}Message`>
type Step = TransferStep

/** Our moves as messages of the protocol: type, and path below the receiver's address. */
// biome-ignore format: a table is read by its columns
const messages: { readonly [M in Step['message']]: readonly [type: Wired, path: string] } = {
  request:   ['TransferRequestMessage',     'request'     ],
  start:     ['TransferStartMessage',       'start'       ],
  suspend:   ['TransferSuspensionMessage',  'suspension'  ],
  complete:  ['TransferCompletionMessage',  'completion'  ],
  terminate: ['TransferTerminationMessage', 'termination' ],
}

/** The type of the message for a step. */
export const typeOf = ({ message }: Step): Wired => messages[message][0]

/** The message for a step under way, and the path it is posted to (DSP 2025-1, Transfer Process HTTPS Binding). */
export function toWire(
  { id, role, peerPid }: Transfer,
  sending: Sending<Step>,
  callbackAddress: string,
  dataAddress?: DataAddress,
) {
  const { step } = sending
  const [type, path] = messages[step.message]
  const pids = { [`${role}Pid`]: id, ...(peerPid && { [`${otherRole(role)}Pid`]: peerPid }) }
  const carried = carriedBy(step, callbackAddress, dataAddress)
  const body = { '@context': [DSP_CONTEXT], '@id': sending.id, '@type': type, ...pids, ...carried }
  return { path: `/transfers/${peerPid ? `${encodeURIComponent(peerPid)}/` : ''}${path}`, body }
}

function carriedBy(step: Step, callbackAddress: string, dataAddress: DataAddress | undefined): object {
  switch (step.message) {
    case 'request': {
      const { message, ...request } = step
      return { ...request, callbackAddress }
    }
    case 'start':
      return dataAddress ? { dataAddress } : {}
    case 'complete':
      return {}
    case 'suspend':
    case 'terminate':
      return { ...(step.code && { code: step.code }), ...(step.reason.length > 0 && { reason: step.reason }) }
  }
}

/** A peer's message as a move in a transfer. */
export function fromWire({ sender, message }: Received<MessageOf<Wired>>): Incoming<Step> {
  return { ...envelopeOf(sender, message), step: stepOf(message), storesLate: isFromEdc(message) }
}

function stepOf(message: MessageOf<Wired>): Step {
  switch (message['@type']) {
    case 'TransferRequestMessage': {
      const { agreementId, format, dataAddress } = message
      return { message: 'request', agreementId, format, ...(dataAddress && { dataAddress }) }
    }
    case 'TransferStartMessage':
      return {
        message: 'start',
        ...(message.dataAddress && { dataAddress: message.dataAddress }),
        ...(isFromEdc(message) && { awaitsStart: true as const }),
      }
    case 'TransferCompletionMessage':
      return { message: 'complete' }
    case 'TransferSuspensionMessage':
      return { message: 'suspend', ...becauseOf(message) }
    case 'TransferTerminationMessage':
      return { message: 'terminate', ...becauseOf(message) }
  }
}

const becauseOf = ({ code, reason }: { code?: string; reason?: readonly unknown[] }) => ({
  reason: reasonsOf(reason),
  ...(code !== undefined && { code }),
})
