import { createSchemas, type JsonObject } from '../../jsonld/index.ts'
import type { Shape } from '../operation.ts'
import { anyObject, anything, flag, listOf, named, type Schema, text } from '../schemas.ts'
import { bodies as v3 } from '../v3/bodies.ts'
import type { Words } from '../v3/operations.ts'
import { CONTEXT } from './context.ts'

const schemas = createSchemas()

type Properties = Readonly<Record<string, Schema>>

/** Other contexts may stand beside the EDC's, for the words of a data space. */
const context: Schema = {
  anyOf: [{ const: CONTEXT }, { type: 'array', contains: { const: CONTEXT } }],
  description: `the context ${CONTEXT}, alone or in a list`,
}

/** An object that says what it is. Words that are not named here are left to what they mean. */
const typed = (type: string, properties: Properties, required: readonly string[]): Schema => ({
  type: 'object',
  properties: { '@type': { const: type }, '@id': text, ...properties },
  required: ['@type', ...required],
  additionalProperties: true,
})

/** A body of that type. `otherwise` stands for what it leaves unsaid, its context perhaps. */
function body(
  type: string,
  properties: Properties,
  required: readonly string[],
  otherwise: JsonObject = {},
): Shape<unknown> {
  const demanded = ['@context', ...required].filter(name => !Object.hasOwn(otherwise, name))
  const schema = typed(type, { '@context': context, ...properties }, demanded)
  const parse = schemas.compile<JsonObject>(schema, type)
  return { schema: named(`${type}InputV4`, schema), parse: given => ({ ...otherwise, ...parse(given) }) }
}

const criterion = named(
  'CriterionInputV4',
  typed('Criterion', { operandLeft: text, operator: text, operandRight: anything }, [
    'operandLeft',
    'operator',
    'operandRight',
  ]),
)

const querySpec = {
  offset: { type: 'integer', minimum: 0 },
  limit: { type: 'integer', minimum: 1 },
  sortField: text,
  sortOrder: { enum: ['ASC', 'DESC'] },
  filterExpression: listOf(criterion),
}

/**
 * A policy in the words of this version is held to its schema. One with a context of its own is read by that, and judged when it has been
 * expanded: clients hand on offers as they have expanded them.
 */
const inItsOwnWords = (plain: Schema): Schema => ({
  if: { type: 'object', required: ['@context'] },
  else: plain,
})

const rulesAs = (rules: Schema) => ({ permission: rules, prohibition: rules, obligation: rules })
const policySet = named('PolicySetInputV4', typed('Set', { profile: anything, ...rulesAs(listOf(anyObject)) }, []))
/** A single rule stands alone in the requests that go round with the EDC's minimum viable dataspace. */
const fewRules: Schema = {
  anyOf: [anyObject, listOf(anyObject)],
  description: 'one rule or a list of them',
}
const offer = named(
  'OfferInputV4',
  typed('Offer', { assigner: text, target: text, ...rulesAs(fewRules) }, ['@id', 'assigner', 'target']),
)
const peer = { protocol: text, counterPartyAddress: text, counterPartyId: text }
const asked = ['protocol', 'counterPartyAddress']
const callbackAddresses = listOf(
  named(
    'CallbackAddressInputV4',
    typed(
      'CallbackAddress',
      { transactional: flag, uri: text, events: listOf(text), authKey: text, authCodeId: text },
      ['transactional', 'uri', 'events'],
    ),
  ),
)

/** Within a request for a catalogue it need not say what it is. */
const innerQuery: Schema = {
  type: 'object',
  properties: { '@type': { const: 'QuerySpec' }, ...querySpec },
  additionalProperties: true,
}

/** A query says nothing that another context could turn round. */
const inOurContext = { '@context': CONTEXT }

/** Version 4 lets the reason of an end unsaid; the other side wants one. */
const unsaid = { reason: 'No reason was given.' }

/** What bodies of v4 must be. */
// biome-ignore format: a table is read by its columns
export const bodies: Words['bodies'] = {
  nothing:              v3.nothing,
  querySpec:            body('QuerySpec', querySpec, [], inOurContext),
  asset:                body('Asset', { properties: anyObject, privateProperties: anyObject, dataAddress: anyObject }, ['properties']),
  policyDefinition:     body('PolicyDefinition', { policy: inItsOwnWords(policySet), privateProperties: anyObject }, ['policy']),
  evaluationPlan:       body('PolicyEvaluationPlanRequest', { policyScope: text }, ['policyScope']),
  contractDefinition:   body('ContractDefinition', { accessPolicyId: text, contractPolicyId: text, assetsSelector: listOf(criterion) }, ['accessPolicyId', 'contractPolicyId']),
  catalogRequest:       body('CatalogRequest', { ...peer, querySpec: innerQuery }, [...asked, 'counterPartyId']),
  datasetRequest:       body('DatasetRequest', peer, ['@id', ...asked, 'counterPartyId']),
  contractRequest:      body('ContractRequest', { ...peer, policy: inItsOwnWords(offer), callbackAddresses }, [...asked, 'policy']),
  terminateNegotiation: body('TerminateNegotiation', { reason: text }, [], unsaid),
  retirement:           body('AgreementsRetirementEntry', { agreementId: text, reason: text }, ['agreementId', 'reason']),
  transferRequest:      body('TransferRequest', { ...peer, contractId: text, transferType: text, dataDestination: anyObject, callbackAddresses }, [...asked, 'contractId', 'transferType']),
  terminateTransfer:    body('TerminateTransfer', { reason: text }, [], unsaid),
  suspendTransfer:      body('SuspendTransfer', { reason: text }, [], unsaid),
  secret:               body('Secret', { value: text }, ['value']),
}
