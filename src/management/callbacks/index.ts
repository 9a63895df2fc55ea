import { KontorError } from '../../errors.ts'
import type { ProcessFact } from '../../events/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { Negotiation, Negotiations, TargetedOffer } from '../../negotiation/index.ts'
import type { Callback } from '../../process/index.ts'
import type { Transfer, Transfers } from '../../transfer/index.ts'
import type { CallbackMessage, CallbackWords } from '../../webhooks/index.ts'
import { lengthen, PROTOCOL } from '../v3/words.ts'
import { edcEvents } from './events.ts'
import { policyOf } from './policy.ts'

/** What of the services is asked when an event is told. */
interface Services {
  readonly negotiations: Pick<Negotiations, 'find' | 'agreementOf'>
  readonly transfers: Pick<Transfers, 'find'> & { readonly edrs: Pick<Transfers['edrs'], 'fresh'> }
  /** Who we are. */
  readonly participantId: string
}

/** Events as the EDC calls and tells them to those who were named as `callbackAddresses`: an envelope with the members of its class. */
export function createCallbackWords(services: () => Services): CallbackWords {
  async function payloadOf(message: CallbackMessage, type: string): Promise<JsonObject | undefined> {
    const { negotiations, transfers, participantId } = services()
    const { processId, kind } = message
    if (kind === 'negotiation') {
      const negotiation = await negotiations.find(processId)
      return negotiation && ofNegotiation(negotiation, message, type, { negotiations, participantId })
    }
    const transfer = await transfers.find(processId)
    return transfer && ofTransfer(transfer, message, type, { transfers, participantId })
  }

  return {
    namesOf: fact => edcEvents(fact).map(({ name }) => name),

    async render(message) {
      // What was written down is of a type that had this name then.
      const event = edcEvents(message as Parameters<typeof edcEvents>[0]).find(({ name }) => name === message.name)
      const payload = event && (await payloadOf(message, event.type))
      return payload && { id: message.id, at: message.at.getTime(), payload, type: event.type }
    },
  }
}

async function ofNegotiation(
  negotiation: Negotiation,
  message: CallbackMessage,
  type: string,
  { negotiations, participantId }: Pick<Services, 'negotiations' | 'participantId'>,
): Promise<JsonObject> {
  const { id, counterparty, address, data } = negotiation
  const offers = offersAt(negotiation, message.at).map(offer => ({
    id: offer['@id'],
    policy: policyOf(offer),
    assetId: offer.target,
  }))
  const record = type === 'ContractNegotiationFinalized' ? await negotiations.agreementOf(id) : undefined
  return {
    contractNegotiationId: id,
    counterPartyAddress: address,
    counterPartyId: counterparty,
    callbackAddresses: data.callbacks?.map(addressOf) ?? [],
    contractOffers: offers,
    participantContextId: participantId,
    protocol: PROTOCOL,
    ...(record && {
      contractAgreement: {
        id: record.id,
        providerId: record.agreement.assigner,
        consumerId: record.agreement.assignee,
        contractSigningDate: Math.floor(record.agreedAt.getTime() / 1_000),
        assetId: record.datasetId,
        policy: policyOf(record.agreement),
        participantContextId: participantId,
        agreementId: record.id,
      },
    }),
    ...(type === 'ContractNegotiationTerminated' && { reason: reasonIn(message) }),
    lastContractOffer: offers.at(-1) ?? null,
  }
}

/** What had been offered by then; at the very beginning what is being asked for. */
function offersAt({ data, sending }: Negotiation, at: Date): readonly TargetedOffer[] {
  const by = data.offers.filter(round => Date.parse(round.at) <= at.getTime()).map(({ offer }) => offer)
  if (by.length > 0) return by
  const first = sending[0]?.step
  return [data.offers[0]?.offer ?? (first && 'offer' in first ? first.offer : undefined) ?? []].flat()
}

async function ofTransfer(
  { id, role, data }: Transfer,
  message: CallbackMessage,
  type: string,
  { transfers, participantId }: Pick<Services, 'transfers' | 'participantId'>,
): Promise<JsonObject> {
  return {
    transferProcessId: id,
    callbackAddresses: data.callbacks?.map(addressOf) ?? [],
    assetId: data.datasetId,
    type: role.toUpperCase(),
    contractId: data.agreementId,
    participantContextId: participantId,
    protocol: PROTOCOL,
    ...(type === 'TransferProcessStarted' && { dataAddress: await whereDataIs(transfers, id) }),
    ...(/Terminated|Suspended/.test(type) && { reason: reasonIn(message) }),
  }
}

const addressOf = ({ url, events, transactional, header, secret }: Callback): JsonObject => ({
  uri: url,
  events,
  transactional,
  authKey: header ?? null,
  authCodeId: secret ?? null,
})

const reasonIn = ({ data }: CallbackMessage): string | null => {
  const { reasons } = data as ProcessFact
  return reasons.length > 0 ? reasons.join('; ') : null
}

/** Where the data is, with a token that is good now; null where it is not to be fetched, or not any more. */
async function whereDataIs({ edrs }: Services['transfers'], id: string): Promise<JsonObject | null> {
  try {
    const { endpointType, endpoint, endpointProperties = [] } = await edrs.fresh(id)
    const properties = Object.fromEntries(endpointProperties.map(({ name, value }) => [name, value]))
    const named = {
      [lengthen('type')]: endpointType,
      ...(endpoint !== undefined && { [lengthen('endpoint')]: endpoint }),
    }
    return { properties: { ...properties, ...named } }
  } catch (error) {
    if (error instanceof KontorError && error.code === 'not-found') return null
    throw error
  }
}
