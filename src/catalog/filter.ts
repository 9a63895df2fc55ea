import { type Fault, invalid } from '../errors.ts'
import { compile, pathOf } from './criteria.ts'
import { datasetField } from './fields.ts'
import { sortPaths } from './predicates.ts'
import type { Criterion } from './types.ts'
import { EDC } from './vocabulary.ts'

/** What somebody asks of the catalogue. */
export interface Question {
  /** SQL/JSON path; null when nothing is asked of the datasets: then nested catalogues are told of, too. */
  readonly matcher: string | null
  readonly offset: number
  readonly limit: number
  readonly descending: boolean
  /** The paths of the property to sort by; undefined sorts by id. */
  readonly sort: readonly [string, string] | undefined
}

/** How many datasets a page has if nobody says, and at most. Pages beyond a thousand are streamed. */
const LIMIT = { otherwise: 100, most: 100_000 } as const

/**
 * Reads the filter of a catalogue request. We know the EDC's: one QuerySpec, its words with or without prefix. Throws
 * `invalid` for anything else, as DSP 2025-1 demands of filters that are not supported (Catalog HTTPS Binding, 3.1).
 */
export function readFilter(filter: readonly unknown[] | undefined): Question {
  const [spec, ...more] = filter ?? []
  if (more.length > 0) throw unsupported({ path: '/filter', message: 'must have one QuerySpec at most' })
  return toQuestion(asksNothing(spec) ? {} : readSpec(spec))
}

/** `{}` is what an empty filter becomes on its way through JSON-LD. */
const asksNothing = (spec: unknown): boolean =>
  spec === undefined || (typeof spec === 'object' && spec !== null && Object.keys(spec).length === 0)

interface Spec {
  readonly [word: string]: unknown
}

const WORDS = new Set(['offset', 'limit', 'sortField', 'sortOrder', 'filterExpression'])
const AT = '/filter/0'

function readSpec(value: unknown): Spec {
  const spec = bare(value)
  if (spec?.['@type'] !== 'QuerySpec') throw unsupported({ path: AT, message: 'must be of @type QuerySpec' })
  const strange = Object.keys(spec).find(word => !word.startsWith('@') && !WORDS.has(word))
  if (strange === undefined) return spec
  throw unsupported({ path: `${AT}/${strange}`, message: `is unknown: there are ${[...WORDS].join(', ')}` })
}

function toQuestion(spec: Spec): Question {
  const criteria = [spec.filterExpression ?? []].flat().map(readCriterion)
  const order = spec.sortOrder ?? 'ASC'
  if (order !== 'ASC' && order !== 'DESC')
    throw unsupported({ path: `${AT}/sortOrder`, message: 'must be ASC or DESC' })
  return {
    matcher: criteria.length === 0 ? null : compile(criteria, datasetField, `${AT}/filterExpression`),
    offset: readNumber(spec, 'offset', { otherwise: 0, least: 0 }),
    limit: Math.min(readNumber(spec, 'limit', { otherwise: LIMIT.otherwise, least: 1 }), LIMIT.most),
    descending: order === 'DESC',
    sort: readSort(spec.sortField),
  }
}

function readSort(field: unknown): Question['sort'] {
  if (field === undefined || field === null) return undefined
  if (typeof field !== 'string') throw unsupported({ path: `${AT}/sortField`, message: 'must be a string' })
  const path = pathOf(field, datasetField, `${AT}/sortField`)
  return path === '$."@id"' ? undefined : sortPaths(path)
}

function readNumber(spec: Spec, word: string, { otherwise, least }: { otherwise: number; least: number }): number {
  const value = spec[word] ?? otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value
  throw unsupported({ path: `${AT}/${word}`, message: `must be a whole number from ${least}` })
}

function readCriterion(value: unknown, index: number): Criterion {
  const { operandLeft, operator, operandRight } = bare(value) ?? {}
  if (typeof operandLeft === 'string' && typeof operator === 'string') return { operandLeft, operator, operandRight }
  throw unsupported({ path: `${AT}/filterExpression/${index}`, message: 'must have operandLeft and operator, strings' })
}

/** An object with its words of the EDC without prefix, and its values without JSON-LD's wrapping. */
function bare(value: unknown): Spec | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [word(key), unwrap(key, inner)]))
}

const word = (name: string): string => name.replace(/^edc:/, '').replace(EDC, '')

function unwrap(key: string, value: unknown): unknown {
  if (key === '@type') return [value].flat().map(type => (typeof type === 'string' ? word(type) : type))[0]
  const single = typeof value === 'object' && value !== null && '@value' in value ? value['@value'] : value
  return Array.isArray(single) && single.length === 1 && isWrapped(single[0]) ? single[0]['@value'] : single
}

const isWrapped = (value: unknown): value is { '@value': unknown } =>
  typeof value === 'object' && value !== null && '@value' in value

const unsupported = (fault: Fault) =>
  invalid(`This filter is not supported: ${fault.path} ${fault.message}.`, { faults: [fault] })
