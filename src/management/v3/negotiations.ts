import type { JsonObject } from '../../jsonld/index.ts'
import type { Negotiation } from '../../negotiation/index.ts'
import type { ProcessField } from '../../process/index.ts'
import type { Given } from '../given.ts'
import { withTrouble } from '../pending.ts'
import { writeAgreement } from './agreements.ts'
import { type Handler, idResponse } from './answer.ts'
import { readCallbacks, writeCallbacks } from './callbacks.ts'
import { objectNotFound } from './errors.ts'
import { object, refused, text, texts } from './node.ts'
import { readPeerAddress } from './peer.ts'
import { type Fields, processFields, toProcessQuery } from './process-query.ts'
import { readQuery } from './query.ts'
import { readOffer } from './read-policy.ts'
import { namedNegotiations, negotiationState } from './states.ts'
import type { Version } from './version.ts'
import { EDC, ODRL, PROTOCOL } from './words.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<ProcessField> = {
  ...processFields,
  state:                                  { field: 'standing', among: namedNegotiations()    },
  protocol:                               { always: PROTOCOL                                 },
  contractAgreementId:                    { field: 'agreementId'                             },
  agreementId:                            { field: 'agreementId'                             },
  'contractAgreement.id':                 { field: 'agreementId'                             },
  'contractAgreement.agreementId':        { field: 'agreementId'                             },
  'contractAgreement.assetId':            { field: 'agreedDatasetId'                         },
  'contractAgreement.providerId':         { field: 'provider'                                },
  'contractAgreement.consumerId':         { field: 'consumer'                                },
  'contractAgreement.contractSigningDate': { field: 'agreedAt', isNumber: true               },
  'contractAgreement.policy.assigner':    { field: 'provider'                                },
  'contractAgreement.policy.assignee':    { field: 'consumer'                                },
  'contractAgreement.policy.target':      { field: 'agreedDatasetId'                         },
}

/** Contract negotiations, as EDC's `contractnegotiations`. */
export function negotiationHandlers(
  given: Pick<Given, 'jsonLd' | 'negotiations' | 'secrets' | 'discover' | 'checkAddress' | 'pendingOf'>,
  version: Version,
) {
  const { jsonLd, negotiations } = given
  const { answer } = version

  async function find(id: string): Promise<Negotiation> {
    const negotiation = await negotiations.find(id)
    if (!negotiation) throw objectNotFound('ContractNegotiation', id)
    return negotiation
  }

  /** With what is in the way of a message under way, if something is. */
  const writeAll = async (found: readonly Negotiation[]) =>
    (await withTrouble(found, given.pendingOf)).map(shown => answer(write(shown, version)))

  /** Begins a negotiation, after which the data is asked for in that format, if one is given. */
  const begin =
    (thenTransfer?: string): Handler =>
    async ({ body, actor }) => {
      const offer = await readOffer(jsonLd, object(body, 'policy'))
      const counterparty = text(body, 'counterPartyId') ?? text(body, 'providerId') ?? offer.assigner
      if (counterparty !== offer.assigner)
        throw refused({
          path: `${EDC}policy/${ODRL}assigner`,
          message: 'the assigner of the policy must be the counterPartyId',
        })
      const address = await readPeerAddress(body, given)
      const callbacks = await readCallbacks(body, given)
      return answer(
        idResponse(await negotiations.request({ counterparty, address, offer, thenTransfer, callbacks }, actor)),
      )
    }

  const get: Handler = async ({ id }) => {
    const [shown] = await writeAll([await find(id)])
    return shown
  }

  const state: Handler = async ({ id }) =>
    answer({ '@type': 'NegotiationState', state: negotiationState(await find(id)) })

  const agreement: Handler = async ({ id }) => {
    await find(id)
    const record = await negotiations.agreementOf(id)
    if (!record) throw objectNotFound('ContractAgreement', id)
    return writeAgreement(record, version)
  }

  const terminate: Handler = async ({ id, body, actor }) => {
    const { reason } = texts(body, 'reason')
    await find(id)
    await negotiations.terminate(id, reason, actor)
    return undefined
  }

  const remove: Handler = async ({ id }) => {
    await find(id)
    await negotiations.remove(id)
    return undefined
  }

  const list: Handler = async ({ body }) => {
    const found = await negotiations.list(toProcessQuery(readQuery(body), fields))
    return writeAll(found)
  }

  return { create: begin(), createWithData: begin('HttpData-PULL'), get, state, agreement, terminate, remove, list }
}

function write(negotiation: Negotiation, version: Version): JsonObject {
  const { id, role, counterparty, address, peerPid, data, error, createdAt } = negotiation
  return {
    '@type': 'ContractNegotiation',
    '@id': id,
    type: role.toUpperCase(),
    protocol: PROTOCOL,
    state: negotiationState(negotiation),
    counterPartyId: counterparty,
    counterPartyAddress: address,
    callbackAddresses: writeCallbacks(data.callbacks, version),
    createdAt: createdAt.getTime(),
    ...(error !== null && { errorDetail: error }),
    assetId: data.datasetId,
    ...(data.agreement && { contractAgreementId: data.agreement['@id'] }),
    ...(peerPid !== null && { correlationId: peerPid }),
  }
}
