import type { Words } from '../v3/operations.ts'
import { PROTOCOL } from '../v3/words.ts'
import { CONTEXT } from './context.ts'

/** A body as version 4 wants it. */
const a = (type: string, body: object): object => ({ '@context': [CONTEXT], '@type': type, ...body })

const peer = { counterPartyAddress: 'https://provider.example/dsp/2025-1', protocol: PROTOCOL }
const provider = 'did:web:provider.example'
const permission = [
  {
    action: 'use',
    constraint: [{ leftOperand: 'inForceDate', operator: 'gteq', rightOperand: 'contractAgreement+0s' }],
  },
]
const criterion = { '@type': 'Criterion', operandLeft: 'id', operator: 'in', operandRight: ['wind', 'sun'] }

/** Bodies that work as they stand. */
export const examples: Words['examples'] = {
  asset: a('Asset', {
    '@id': 'sun',
    properties: { name: 'Solar power, hourly', 'dct:language': 'en' },
    dataAddress: { '@type': 'DataAddress', type: 'HttpData', baseUrl: 'https://data.example/sun.csv' },
  }),
  policyDefinition: a('PolicyDefinition', { '@id': 'use-in-force', policy: { '@type': 'Set', permission } }),
  evaluationPlan: a('PolicyEvaluationPlanRequest', { policyScope: 'contract.negotiation' }),
  contractDefinition: a('ContractDefinition', {
    '@id': 'sunny',
    accessPolicyId: 'use-in-force',
    contractPolicyId: 'use-in-force',
    assetsSelector: [criterion],
  }),
  querySpec: a('QuerySpec', { offset: 0, limit: 50 }),
  catalogRequest: a('CatalogRequest', { ...peer, counterPartyId: provider }),
  datasetRequest: a('DatasetRequest', { ...peer, counterPartyId: provider, '@id': 'sun' }),
  contractRequest: a('ContractRequest', {
    ...peer,
    counterPartyId: provider,
    policy: { '@id': 'an-offer-of-the-catalogue', '@type': 'Offer', permission, assigner: provider, target: 'sun' },
  }),
  terminateNegotiation: a('TerminateNegotiation', { reason: 'not needed any more' }),
  retirement: a('AgreementsRetirementEntry', { agreementId: 'the-agreement', reason: 'the project is over' }),
  transferRequest: a('TransferRequest', { ...peer, contractId: 'the-agreement', transferType: 'HttpData-PULL' }),
  terminateTransfer: a('TerminateTransfer', { reason: 'not needed any more' }),
  suspendTransfer: a('SuspendTransfer', { reason: 'not needed any more' }),
  secret: a('Secret', { '@id': 'key-of-the-sun', value: 'swordfish' }),
}
