import { type Called, call, expectStatus } from './call.ts'
import type { Begin } from './initiator.ts'
import { kitDatasets, permission } from './kit.ts'

/** Names the policy and the publication; also the beginning of the offers' ids. */
export const PUBLICATION = 'conformance-kit'

const EDC = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

/** The management API of the connector under test. `url` goes up to `/management`. */
export function createManagement({ url, key }: { url: string; key: string }): Begin & { publish(): Promise<void> } {
  const post = (path: string, body: object): Promise<Called> => call(`${url}${path}`, { 'x-api-key': key }, body)

  /** What is there already stays as it is. */
  const create = async (path: string, body: object): Promise<unknown> =>
    expectStatus(await post(path, { ...EDC, ...body }), `POST ${path}`, 200, 409)

  /** Puts the kit's datasets on offer. Their data comes from nowhere: the kit fetches none. */
  async function publish(): Promise<void> {
    for (const id of kitDatasets)
      await create('/v3/assets', {
        '@id': id,
        properties: {},
        dataAddress: { type: 'HttpData', baseUrl: 'http://localhost:9/' },
      })
    const policy = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission }
    await create('/v3/policydefinitions', { '@id': PUBLICATION, policy })
    await create('/v3/contractdefinitions', {
      '@id': PUBLICATION,
      accessPolicyId: PUBLICATION,
      contractPolicyId: PUBLICATION,
      assetsSelector: [{ '@type': 'Criterion', operandLeft: 'id', operator: 'in', operandRight: kitDatasets }],
    })
  }

  /** The kit sends no policy: the consumer makes one up. */
  const negotiate: Begin['negotiate'] = async ({ providerId, connectorAddress, datasetId, offerId }) => {
    const offer = { '@id': offerId, '@type': 'Offer', target: datasetId, permission }
    const begin = { counterparty: providerId, address: asItIs(connectorAddress), offer }
    return expectStatus(await post('/v1/negotiations', begin), `a negotiation about ${datasetId}`, 201)
  }

  const transfer: Begin['transfer'] = async ({ providerId, connectorAddress, agreementId, format }) => {
    const address = { counterPartyId: providerId, counterPartyAddress: asItIs(connectorAddress) }
    const protocol = 'dataspace-protocol-http:2025-1'
    const begin = {
      ...EDC,
      '@type': 'TransferRequest',
      ...address,
      protocol,
      contractId: agreementId,
      transferType: format,
    }
    return expectStatus(await post('/v3/transferprocesses', begin), `a transfer under ${agreementId}`, 200)
  }

  return { publish, negotiate, transfer }
}

/**
 * The API takes an address without a path for one whose versions are to be looked up, but the kit's is without a path and
 * has no versions. Slashes at the end are a path to the API, and are dropped when messages are sent.
 */
const asItIs = (address: string): string =>
  new URL(address).pathname === '/' ? `${new URL(address).origin}//` : address
