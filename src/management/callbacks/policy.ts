import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Policy } from '../../policy/index.ts'
import { EDC, ODRL } from '../v3/words.ts'

/** The EDC's own form of a policy, in which it tells events: no JSON-LD, but the members of its classes. */
export function policyOf(policy: Policy): JsonObject {
  const { '@type': type = 'Set', profile, assigner = null, assignee = null, target = null } = policy
  return {
    permissions: listOf(policy.permission).map(rule => ({
      ...ruleOf('dataspaceconnector:permission', rule),
      duties: listOf(rule.duty).map(dutyOf),
    })),
    prohibitions: listOf(policy.prohibition).map(rule => ({
      ...ruleOf('Prohibition', rule),
      remedies: listOf(rule.remedy).map(dutyOf),
    })),
    obligations: listOf(policy.obligation).map(dutyOf),
    profiles: [profile ?? []].flat(),
    extensibleProperties: {},
    inheritsFrom: null,
    assigner,
    assignee,
    target,
    '@type': { '@policytype': types[type] },
  }
}

// biome-ignore format: a table is read by its columns
const types = { Set: 'set', Offer: 'offer', Agreement: 'contract' } as const

/** The objects under a word, whether there are several or one. */
const listOf = (value: unknown): readonly JsonObject[] => [value ?? []].flat().filter(isJsonObject)

const ruleOf = (edctype: string, { action, constraint }: JsonObject): JsonObject => ({
  edctype,
  action: actionOf(action),
  constraints: listOf(constraint).map(constraintOf),
})

const dutyOf = (rule: JsonObject): JsonObject => ({
  ...ruleOf('dataspaceconnector:duty', rule),
  consequences: listOf(rule.consequence).map(dutyOf),
})

function actionOf(action: unknown): JsonObject {
  const [first] = [action].flat()
  const type = isJsonObject(first) ? (first['@id'] ?? first['rdf:value'] ?? first.value) : first
  const [refinement] = isJsonObject(first) ? listOf(first.refinement) : []
  return { type: iri(type), includedIn: null, constraint: refinement ? constraintOf(refinement) : null }
}

// biome-ignore format: a table is read by its columns
const combinations = { and: 'AndConstraint', or: 'OrConstraint', xone: 'XoneConstraint', andSequence: 'AndConstraint' } as const

function constraintOf(constraint: JsonObject): JsonObject {
  for (const [word, edctype] of Object.entries(combinations))
    if (constraint[word] !== undefined) return { edctype, constraints: listOf(constraint[word]).map(constraintOf) }
  return {
    edctype: 'AtomicConstraint',
    leftExpression: literal(iri(constraint.leftOperand)),
    rightExpression: literal(plainly(constraint.rightOperand)),
    operator: operators[termOf(constraint.operator)] ?? termOf(constraint.operator),
  }
}

const literal = (value: unknown): JsonObject => ({ edctype: 'dataspaceconnector:literalexpression', value })

// biome-ignore format: a table is read by its columns
const operators: Readonly<Record<string, string>> = {
  eq: 'EQ', neq: 'NEQ', gt: 'GT', gteq: 'GEQ', lt: 'LT', lteq: 'LEQ', isPartOf: 'IN', hasPart: 'HAS_PART', isA: 'IS_A',
  isAllOf: 'IS_ALL_OF', isAnyOf: 'IS_ANY_OF', isNoneOf: 'IS_NONE_OF',
}

/** A word of ODRL's without what stands before it. */
const termOf = (word: unknown): string =>
  String(word)
    .replace(/^odrl:/, '')
    .replace(ODRL, '')

/** The full name of a word in a policy. */
function iri(word: unknown): string {
  const name = isJsonObject(word) ? String(word['@id']) : String(word)
  if (name.startsWith('odrl:')) return ODRL + name.slice('odrl:'.length)
  if (name.includes(':')) return name
  return (name === 'inForceDate' ? EDC : ODRL) + name
}

/** A value without its dress. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly)
  return isJsonObject(value) ? (value['@value'] ?? value['@id'] ?? value['@list'] ?? value) : value
}
