import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { Lab } from '../../src/lab/index.ts'
import { listening } from './listening.ts'

/** The two sides between which a relay stands. */
export type Side = 'consumer' | 'provider'

/** A message on its way: to whom, and what it says, in the words of the tables of negotiation and transfer. */
export interface Passing {
  readonly to: Side
  readonly message: string
  /** What the receiver answered, once it has. */
  readonly status?: number
}

/** What may hold a message or its answer up: both wait until it has resolved. */
export interface Delays {
  /** Before the receiver gets a message. */
  message?(passing: Passing): Promise<void>
  /** After the receiver has answered, before the sender gets to know. */
  answer?(passing: Passing): Promise<void>
}

/** The types of messages whose names are not simply their type's. */
const names: Readonly<Record<string, string>> = {
  ContractRequestMessage: 'request',
  ContractOfferMessage: 'offer',
  ContractAgreementMessage: 'agree',
  ContractAgreementVerificationMessage: 'verify',
  ContractNegotiationTerminationMessage: 'terminate',
  TransferRequestMessage: 'request',
  TransferStartMessage: 'start',
  TransferSuspensionMessage: 'suspend',
  TransferCompletionMessage: 'complete',
  TransferTerminationMessage: 'terminate',
}

const nameOf = ({ '@type': type, eventType }: { '@type'?: string; eventType?: string }): string =>
  eventType === undefined ? (names[type ?? ''] ?? String(type)) : eventType === 'ACCEPTED' ? 'accept' : 'finalize'

/**
 * Stands between the provider and the consumer of a lab: whoever is told to call the one at the relay is answered by it, and
 * the other is made to believe that its counterparty is at the relay, too. What it holds up is the test's to say.
 */
export async function startRelay(t: Pick<Test, 'teardown'>, { provider, consumer }: Lab) {
  const behind = { provider: provider.urls.protocol, consumer: consumer.urls.protocol }
  const faces = { provider: '', consumer: '' }
  const delays: { current: Delays } = { current: {} }

  async function pass(to: Side, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from: Side = to === 'provider' ? 'consumer' : 'provider'
    const body = (await text(request)).replaceAll(behind[from], faces[from])
    const passing = { to, message: nameOf(JSON.parse(body)) }
    await delays.current.message?.(passing)
    const answer = await fetch(`${behind[to]}${request.url}`, {
      method: 'POST',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      body,
    })
    const said = await answer.text()
    await delays.current.answer?.({ ...passing, status: answer.status })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(said)
  }

  async function open(side: Side): Promise<string> {
    const server = createServer((request, response) => {
      pass(side, request, response).catch(error => response.destroy(error))
    })
    return listening(t, server)
  }

  faces.provider = await open('provider')
  faces.consumer = await open('consumer')

  return {
    /** The protocol URL of a side, as the other one is to see it. */
    addressOf: (side: Side): string =>
      (side === 'provider' ? provider : consumer).connector.protocolUrl().replace(behind[side], faces[side]),
    /** From now on these hold messages up. */
    delay(now: Delays): void {
      delays.current = now
    },
  }
}
