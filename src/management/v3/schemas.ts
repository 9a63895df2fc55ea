import {
  among,
  anyObject,
  anything,
  flag,
  listOf,
  meaning,
  millis,
  named,
  orNull,
  record,
  type Schema,
  text,
  whole,
} from '../schemas.ts'

/** Every answer brings its context along: a browser that expands it needs no further request. */
const context = { '@context': meaning('JSON-LD: what the words of this answer mean.', anyObject) }

/** An object of an answer. */
const answer = (type: string, properties: Readonly<Record<string, Schema>>, optional = {}): Schema =>
  named(`${type}V3`, record({ '@type': { const: type }, ...properties, ...context }, optional))

const id = { '@id': text }
const policy = meaning('A policy in the words of ODRL, each with the prefix `odrl:`.', anyObject)

const dataAddress = named('DataAddressV3', {
  ...record({ '@type': { const: 'DataAddress' }, type: text }),
  additionalProperties: true,
  description: 'Flat properties. Values that open something are shown as `[secret]`.',
})

const criterion = named(
  'CriterionV3',
  record({ '@type': { const: 'Criterion' }, operandLeft: text, operator: text, operandRight: anything }),
)

/** What answers of v3 look like. */
export const answers = {
  idResponse: answer('IdResponse', { ...id, createdAt: millis }),
  asset: answer('Asset', { ...id, properties: anyObject, dataAddress }, { privateProperties: anyObject }),
  policyDefinition: answer('PolicyDefinition', { ...id, createdAt: millis, policy }),
  contractDefinition: answer(
    'ContractDefinition',
    {
      ...id,
      accessPolicyId: text,
      contractPolicyId: text,
      assetsSelector: meaning('A single criterion is shown as an object.', { anyOf: [criterion, listOf(criterion)] }),
    },
    { boundsPolicyId: text },
  ),
  negotiation: answer(
    'ContractNegotiation',
    {
      ...id,
      type: among('CONSUMER', 'PROVIDER'),
      protocol: text,
      state: text,
      counterPartyId: text,
      counterPartyAddress: text,
      callbackAddresses: listOf(anything),
      createdAt: millis,
      assetId: text,
    },
    { errorDetail: text, contractAgreementId: text, correlationId: text },
  ),
  negotiationState: answer('NegotiationState', { state: text }),
  agreement: answer('ContractAgreement', {
    ...id,
    assetId: text,
    agreementId: text,
    policy,
    contractSigningDate: meaning('Seconds since 1970.', whole),
    consumerId: text,
    providerId: text,
  }),
  retirement: answer('AgreementsRetirementEntry', {
    agreementId: text,
    reason: orNull(text),
    agreementRetirementDate: meaning('Seconds since 1970.', whole),
  }),
  transfer: answer(
    'TransferProcess',
    {
      ...id,
      state: text,
      stateTimestamp: millis,
      type: among('CONSUMER', 'PROVIDER'),
      callbackAddresses: listOf(anything),
      assetId: text,
      contractId: text,
      transferType: text,
    },
    { correlationId: text, errorDetail: text, dataDestination: dataAddress },
  ),
  transferState: answer('TransferState', { state: text }),
  edr: answer(
    'EndpointDataReferenceEntry',
    {
      ...id,
      providerId: text,
      assetId: text,
      agreementId: text,
      transferProcessId: text,
      createdAt: millis,
    },
    { contractNegotiationId: text },
  ),
  edrAddress: named('EdrAddressV3', {
    ...record({ '@type': { const: 'DataAddress' }, type: text, endpointType: text, ...context }),
    additionalProperties: true,
    description:
      'Where the data is fetched, with a token that is good now, and everything else the provider said, flat.',
  }),
  secret: answer('Secret', id),
  dataPlane: answer('DataPlaneInstance', {
    ...id,
    url: text,
    allowedSourceTypes: listOf(text),
    allowedTransferTypes: listOf(text),
    state: text,
  }),
  /** What another connector answers goes to the client as it came. */
  foreign: meaning('What the provider answers, as it came.', anyObject),
} as const

/** How v3 tells errors. */
export const errors = named(
  'ErrorsV3',
  listOf(
    record({
      message: text,
      type: text,
      path: meaning('The IRI of the place in the body that is not right, if it is one.', orNull(text)),
      invalidValue: meaning('Always null: it might be a secret.', { type: 'null' }),
    }),
  ),
)

/** Whether all is well, as the EDC's observability API has it. */
export const health = named(
  'HealthStatus',
  record({
    isSystemHealthy: flag,
    componentResults: listOf(
      record({ component: text, isHealthy: flag, failure: orNull(record({ messages: listOf(text) })) }),
    ),
  }),
)
