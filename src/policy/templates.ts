import { invalid } from '../errors.ts'
import type { Words } from './operands/index.ts'
import { readTime } from './times.ts'
import { isObject } from './vocabulary.ts'

/** A value that somebody who starts from a template puts in. */
export interface TemplateParameter {
  readonly name: string
  readonly type: keyof typeof kinds
  /** JSON pointers into the policy: where the value goes. */
  readonly at: readonly string[]
  readonly description: Words
}

/** A policy to start from: it is whole with the example values it comes with. */
export interface PolicyTemplate {
  readonly name: string
  readonly description: Words
  readonly parameters: readonly TemplateParameter[]
}

type Json = Readonly<Record<string, unknown>>

/** What each type of parameter takes, and what it puts into the policy; undefined if the text is no such value. */
const kinds = {
  text: { must: 'some text', read: (text: string) => (text === '' ? undefined : text) },
  list: { must: 'values with commas between them', read: readList },
  'date-time': { must: 'a time such as 2027-12-31T23:59:59Z', read: (text: string) => readTime(text) && text },
  count: { must: 'a whole number above zero', read: (text: string) => readCount(text) },
  days: {
    must: 'a whole number of days above zero',
    read: (text: string) => readCount(text) && `contractAgreement+${text}d`,
  },
  region: { must: 'EU or EEA', read: (text: string) => (text === 'EU' || text === 'EEA' ? text : undefined) },
  label: {
    must: 'SC, L1, L2 or L3',
    read: (text: string) => (['SC', 'L1', 'L2', 'L3'].includes(text) ? text : undefined),
  },
} as const

function readList(text: string): readonly string[] | undefined {
  const values = text.split(',').map(value => value.trim())
  return values.includes('') ? undefined : values
}

const readCount = (text: string): string | undefined => (/^[1-9]\d{0,14}$/.test(text) ? text : undefined)

/**
 * The policy of a template with these values in the place of its examples. Parameters without a value keep the example.
 *
 *     fillTemplate(template, policy, { until: '2027-12-31T23:59:59Z' })
 *
 * Throws `invalid` (400) for a value that is not of its parameter's type, and for one that the template does not take.
 */
export function fillTemplate(template: PolicyTemplate, policy: Json, values: Readonly<Record<string, string>>): Json {
  const names = template.parameters.map(({ name }) => name)
  const foreign = Object.keys(values).find(name => !names.includes(name))
  if (foreign !== undefined)
    throw invalid(`The template ${template.name} takes no ${foreign}; it takes ${names.join(', ') || 'no values'}.`)
  return template.parameters.reduce((filled, parameter) => {
    const text = Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined
    return text === undefined
      ? filled
      : parameter.at.reduce((whole, at) => put(whole, at, understood(parameter, text)), filled)
  }, policy)
}

function understood({ name, type }: TemplateParameter, text: string): unknown {
  const value = kinds[type].read(text)
  if (value === undefined) throw invalid(`${name} must be ${kinds[type].must}.`)
  return value
}

function put(policy: Json, pointer: string, value: unknown): Json {
  const changed = putWithin(policy, pointer.split('/').slice(1), value)
  return isObject(changed) ? changed : policy
}

function putWithin(node: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(node))
    return node.map((each, index) => (String(index) === step ? putWithin(each, rest, value) : each))
  return isObject(node) ? { ...node, [step]: putWithin(node[step], rest, value) } : node
}
