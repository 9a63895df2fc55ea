import { EDC, PROTOCOL } from './words.ts'

const edc = { '@context': { '@vocab': EDC } }
const odrl = { '@context': 'http://www.w3.org/ns/odrl.jsonld' }
const peer = { counterPartyAddress: 'https://provider.example/dsp/2025-1', protocol: PROTOCOL }
const provider = 'did:web:provider.example'

const reason = { ...edc, reason: 'not needed any more' }

/** Bodies that work as they stand, as clients of the EDC write them. */
export const examples = {
  asset: {
    ...edc,
    '@id': 'wind',
    properties: { name: 'Wind power, hourly', 'http://purl.org/dc/terms/language': 'en' },
    dataAddress: { type: 'HttpData', baseUrl: 'https://data.example/wind.csv' },
  },
  policyDefinition: {
    ...edc,
    '@id': 'use',
    policy: { ...odrl, '@type': 'Set', permission: [{ action: 'use' }] },
  },
  contractDefinition: {
    ...edc,
    '@id': 'public',
    accessPolicyId: 'use',
    contractPolicyId: 'use',
    assetsSelector: [{ operandLeft: 'id', operator: 'in', operandRight: ['wind', 'sun'] }],
  },
  querySpec: { ...edc, offset: 0, limit: 50 },
  catalogRequest: { ...edc, ...peer, counterPartyId: provider },
  datasetRequest: { ...edc, ...peer, counterPartyId: provider, '@id': 'wind' },
  contractRequest: {
    ...edc,
    ...peer,
    counterPartyId: provider,
    policy: {
      ...odrl,
      '@id': 'an-offer-of-the-catalogue',
      '@type': 'Offer',
      permission: [{ action: 'use' }],
      assigner: provider,
      target: 'wind',
    },
  },
  evaluationPlan: { ...edc, policyScope: 'contract.negotiation' },
  terminateNegotiation: reason,
  terminateTransfer: reason,
  suspendTransfer: reason,
  retirement: { ...edc, agreementId: 'the-agreement', reason: 'the project is over' },
  secret: { ...edc, '@id': 'key-of-the-source', value: 'swordfish' },
  transferRequest: { ...edc, ...peer, contractId: 'the-agreement', transferType: 'HttpData-PULL' },
} as const
