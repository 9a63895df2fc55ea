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

/** How answers of a version look. */
export interface Look {
  /** Sets the names of its schemas apart from those of other versions. */
  readonly suffix: string
  readonly context: Schema
  readonly policy: Schema
  /** What there may be one or several of. */
  readonly few: (items: Schema) => Schema
  /** A word that we have added to the EDC's. */
  readonly ownWord: (word: string) => string
}

/** What answers of a version look like. */
export function answersOf({ suffix, context, policy, few, ownWord }: Look) {
  /** An object of an answer. */
  const answer = (type: string, properties: Readonly<Record<string, Schema>>, optional = {}): Schema =>
    named(`${type}${suffix}`, record({ '@type': { const: type }, ...properties, '@context': context }, optional))

  const id = { '@id': text }

  const dataAddress = named(`DataAddress${suffix}`, {
    ...record({ '@type': { const: 'DataAddress' }, type: text }),
    additionalProperties: true,
    description: 'Flat properties. Values that open something are shown as `[secret]`.',
  })

  const criterion = named(
    `Criterion${suffix}`,
    record({ '@type': { const: 'Criterion' }, operandLeft: text, operator: text, operandRight: anything }),
  )

  const callback = named(
    `CallbackAddress${suffix}`,
    record(
      { '@type': { const: 'CallbackAddress' }, transactional: flag, uri: text, events: few(text) },
      { [ownWord('authKey')]: text, [ownWord('authCodeId')]: text },
    ),
  )

  const constraintSteps = few(meaning('An atomic constraint, or several that are combined.', anyObject))
  const ruleStep = (type: string, more: Readonly<Record<string, Schema>> = {}): Schema =>
    named(
      `${type}${suffix}`,
      record({
        '@type': { const: type },
        isFiltered: flag,
        filteringReasons: few(text),
        ruleFunctions: few(text),
        constraintSteps,
        ...more,
      }),
    )
  const dutyStep = ruleStep('DutyStep')
  const permissionStep = ruleStep('PermissionStep', { dutySteps: few(dutyStep) })

  return {
    idResponse: answer('IdResponse', { ...id, createdAt: millis }),
    asset: answer('Asset', { ...id, properties: anyObject, dataAddress }, { privateProperties: anyObject }),
    policyDefinition: answer('PolicyDefinition', { ...id, createdAt: millis, policy }),
    contractDefinition: answer(
      'ContractDefinition',
      {
        ...id,
        accessPolicyId: text,
        contractPolicyId: text,
        assetsSelector: few(criterion),
      },
      { [ownWord('boundsPolicyId')]: text },
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
        callbackAddresses: few(callback),
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
        callbackAddresses: few(callback),
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
    edrAddress: named(`EdrAddress${suffix}`, {
      ...record({ '@type': { const: 'DataAddress' }, type: text, endpointType: text, '@context': context }),
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
    policyValidation: answer('PolicyValidationResult', { isValid: flag, errors: few(text) }),
    evaluationPlan: answer('PolicyEvaluationPlan', {
      preValidators: few(text),
      permissionSteps: few(permissionStep),
      prohibitionSteps: few(ruleStep('ProhibitionStep')),
      obligationSteps: few(dutyStep),
      postValidators: few(text),
    }),
    /** What another connector answers goes to the client as it came. */
    foreign: meaning('What the provider answers, as it came.', anyObject),
  } as const
}

/** What is alone stands alone. */
const alone = (items: Schema): Schema => ({ anyOf: [items, listOf(items)], description: 'A single one stands alone.' })

/** What answers of v3 look like. */
export const answers = answersOf({
  suffix: 'V3',
  // A browser that expands it needs no further request.
  context: meaning('JSON-LD: what the words of this answer mean.', anyObject),
  policy: meaning('A policy in the words of ODRL, each with the prefix `odrl:`.', anyObject),
  few: alone,
  ownWord: word => word,
})

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
