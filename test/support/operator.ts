import type { ConnectorProcess } from './processes.ts'

/** What operators of connectors in processes of their own do over the management API. */
type Management = Pick<ConnectorProcess, 'id' | 'protocolUrl' | 'api'>

const context = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
const use = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] }

const peer = ({ id, protocolUrl }: Management) => ({
  ...context,
  counterPartyAddress: protocolUrl,
  counterPartyId: id,
  protocol: 'dataspace-protocol-http:2025-1',
})

/** Puts every dataset of a provider on offer to everybody, those to come, too. */
export async function offerAll(provider: Management): Promise<void> {
  await provider.api('POST', '/management/v3/policydefinitions', { ...context, '@id': 'open', policy: use })
  await provider.api('POST', '/management/v3/contractdefinitions', {
    ...context,
    '@id': 'all',
    accessPolicyId: 'open',
    contractPolicyId: 'open',
    assetsSelector: [],
  })
}

/** Adds a dataset. */
export async function addDataset(
  provider: Management,
  id: string,
  dataAddress: Record<string, string>,
  properties: Record<string, unknown> = {},
): Promise<void> {
  await provider.api('POST', '/management/v3/assets', { ...context, '@id': id, properties, dataAddress })
}

/** The offer of a dataset, as the consumer's catalogue request finds it. */
export async function findOffer(consumer: Management, provider: Management, id: string): Promise<object> {
  const body = { ...peer(provider), '@id': id }
  const dataset = (await consumer.api('POST', '/management/v3/catalog/dataset/request', body)) as {
    hasPolicy: [object]
  }
  return { ...dataset.hasPolicy[0], target: id, assigner: provider.id }
}

/** One page of a provider's catalogue, by way of the consumer. */
export async function requestCatalog(consumer: Management, provider: Management, querySpec: object): Promise<unknown> {
  return consumer.api('POST', '/management/v3/catalog/request', { ...peer(provider), querySpec })
}

/** Begins a negotiation; its id. */
export async function negotiate(consumer: Management, provider: Management, offer: object): Promise<string> {
  const body = { role: 'consumer', counterparty: provider.id, address: provider.protocolUrl, offer }
  return ((await consumer.api('POST', '/management/v1/negotiations', body)) as { id: string }).id
}

/** Begins a transfer that the consumer pulls; its id. */
export async function transfer(consumer: Management, provider: Management, agreementId: string): Promise<string> {
  const body = { ...peer(provider), contractId: agreementId, transferType: 'HttpData-PULL' }
  return ((await consumer.api('POST', '/management/v3/transferprocesses', body)) as { '@id': string })['@id']
}
