import { invalid } from '../../errors.ts'
import { type Door, type Json, openDoor } from './door.ts'

/** The kit wants the connector to ask a provider for a contract. */
interface NegotiationSignal {
  readonly providerId: string
  /** The provider's protocol URL, to be used as it is: the kit has no catalogue and no versions. */
  readonly connectorAddress: string
  readonly datasetId: string
  readonly offerId: string
}

/** The kit wants the connector to ask a provider for data. */
interface TransferSignal {
  readonly providerId: string
  readonly connectorAddress: string
  readonly agreementId: string
  readonly format: string
}

/** What is done about the kit's start signals. */
export interface Begin {
  readonly negotiate: (signal: NegotiationSignal) => Promise<unknown>
  readonly transfer: (signal: TransferSignal) => Promise<unknown>
}

const paths = { negotiation: '/negotiations/requests', transfer: '/transfers/requests' } as const

/** Where below a URL the kit asks a connector to begin something as consumer. */
export const initiateUrls = (url: string) => ({ negotiation: url + paths.negotiation, transfer: url + paths.transfer })

/** Takes the start signals of the DSP conformance kit, which posts plain JSON. */
export function openInitiator(
  url: string,
  { negotiate, transfer }: Begin,
  unexpected: (error: unknown) => void,
): Promise<Door> {
  const take = async (path: string, body: Json) => {
    if (path === paths.negotiation) await negotiate(readNegotiation(body))
    else if (path === paths.transfer) await transfer(readTransfer(body))
    else return undefined
    return 'nothing'
  }
  return openDoor(url, take, unexpected)
}

const readNegotiation = (body: Json): NegotiationSignal => ({
  ...readProvider(body),
  datasetId: textIn(body, 'datasetId'),
  offerId: textIn(body, 'offerId'),
})

const readTransfer = (body: Json): TransferSignal => ({
  ...readProvider(body),
  agreementId: textIn(body, 'agreementId'),
  format: textIn(body, 'format'),
})

const readProvider = (body: Json) => ({
  providerId: textIn(body, 'providerId'),
  connectorAddress: textIn(body, 'connectorAddress'),
})

function textIn(body: Json, name: string): string {
  const text = body[name]
  if (typeof text === 'string' && text !== '') return text
  throw invalid('The start signal is not complete.', { faults: [{ path: `/${name}`, message: 'must be a text' }] })
}
