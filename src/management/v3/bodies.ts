import { operators } from '../../process/index.ts'
import { among, anyObject, anything, flag, listOf, meaning, named, record, type Schema } from '../schemas.ts'
import { body } from './dress.ts'

const LONGEST = 2_048

/** A text that says something. */
const word: Schema = {
  type: 'string',
  maxLength: LONGEST,
  pattern: '\\S',
  description: `a text of up to ${LONGEST} characters that is not blank`,
}

/** What may be left out may be null, too. */
const maybe = (schema: Schema): Schema => ({
  anyOf: [schema, { type: 'null' }],
  ...(schema.description !== undefined && { description: schema.description }),
})

/** A body with its own type, which may be told and says nothing new. */
const entity = (properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}) =>
  record(properties, {
    '@type': maybe({ type: 'string' }),
    ...Object.fromEntries(Object.entries(optional).map(([name, schema]) => [name, maybe(schema)])),
  })

const number = (least: number, most: number, otherwise: number): Schema => ({
  type: 'integer',
  minimum: least,
  maximum: most,
  default: otherwise,
  description: `a whole number from ${least} to ${most}`,
})

const operator: Schema = {
  type: 'string',
  pattern: `^(${operators.map(each => each.replace(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`)).join('|')})$`,
  description: `one of ${operators.join(' ')}`,
}
const criterion = named('CriterionInput', record({ operandLeft: word, operator }, { operandRight: anything }))
const criteria: Schema = {
  anyOf: [criterion, { ...listOf(criterion), maxItems: 100 }],
  description: 'one criterion or a list of them, all of which must hold',
}

const querySpec = entity(
  {},
  {
    offset: number(0, 100_000, 0),
    limit: number(1, 10_000, 50),
    sortField: { type: 'string', maxLength: LONGEST },
    sortOrder: among('ASC', 'DESC'),
    filterExpression: criteria,
  },
)

const id = meaning('An id of your choice, or none.', word)
const dataAddress = named('DataAddressInput', {
  ...record({ type: word }),
  description: 'Flat properties, such as `baseUrl`. `[secret]` in a change stands for the value that was there.',
})
const policy = meaning('A policy in the words of ODRL, with a context that says so.', anyObject)
const peer = {
  counterPartyAddress: meaning('The DSP URL of the other connector, or only its root.', word),
  protocol: among('dataspace-protocol-http:2025-1', 'dataspace-protocol-http'),
}

const callback = named(
  'CallbackAddressInput',
  record(
    { uri: word, events: meaning('Names of events, or beginnings of them.', { anyOf: [word, listOf(word)] }) },
    {
      '@type': maybe({ type: 'string' }),
      transactional: flag,
      authKey: meaning('The name of a header.', word),
      authCodeId: meaning('The name of the secret that stands in it.', word),
    },
  ),
)
const callbackAddresses: Schema = {
  anyOf: [callback, { ...listOf(callback), maxItems: 20 }],
  description: 'who is to be told what happens to it: one or a list of them',
}

const reason = body('Reason', entity({ reason: word }))

/** What bodies of v3 may say. */
export const bodies = {
  nothing: body('Nothing', anyObject),
  querySpec: body('QuerySpec', querySpec),
  asset: body(
    'AssetInput',
    entity({ dataAddress }, { '@id': id, properties: anyObject, privateProperties: anyObject }),
  ),
  policyDefinition: body('PolicyDefinitionInput', entity({ policy }, { '@id': id })),
  contractDefinition: body(
    'ContractDefinitionInput',
    entity(
      { accessPolicyId: word, contractPolicyId: word },
      { '@id': id, boundsPolicyId: word, assetsSelector: criteria },
    ),
  ),
  catalogRequest: body('CatalogRequest', entity({ ...peer, counterPartyId: word }, { querySpec })),
  datasetRequest: body('DatasetRequest', entity({ '@id': word, ...peer, counterPartyId: word })),
  contractRequest: body(
    'ContractRequest',
    entity(
      { ...peer, policy: meaning('The offer, with its `@id`, `assigner` and `target`.', policy) },
      { counterPartyId: word, providerId: word, callbackAddresses },
    ),
  ),
  evaluationPlan: body('EvaluationPlanRequest', entity({ policyScope: word })),
  terminateNegotiation: reason,
  terminateTransfer: reason,
  suspendTransfer: reason,
  retirement: body('Retirement', entity({ agreementId: word, reason: word })),
  secret: body('SecretInput', entity({ value: { type: 'string', maxLength: 100_000, pattern: '\\S' } }, { '@id': id })),
  transferRequest: body(
    'TransferRequest',
    entity(
      { ...peer, contractId: meaning("The agreement's id.", word), transferType: word },
      { counterPartyId: word, dataDestination: dataAddress, callbackAddresses },
    ),
  ),
} as const
