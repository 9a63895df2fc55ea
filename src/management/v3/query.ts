import type { Criterion as CatalogCriterion, Query as CatalogQuery } from '../../catalog/index.ts'
import type { Fault } from '../../errors.ts'
import { type Node, nodes, plain, refused, text, valuesOf } from './node.ts'
import { EDC } from './words.ts'

/** One condition of a query. */
export interface Criterion {
  /** A word of EDC's namespace, an IRI, or a path of these, as the client wrote it. */
  readonly left: string
  readonly operator: string
  /** What is on the right, as plain JSON; several values for `in`. */
  readonly right: readonly unknown[]
}

/** A query over a list, as clients of the EDC put it. */
export interface Query {
  readonly offset: number
  readonly limit: number
  /** As the client wrote it. */
  readonly sortField: string | undefined
  readonly order: 'asc' | 'desc' | undefined
  readonly criteria: readonly Criterion[]
}

/** The longest page; nobody needs a longer one, and it has to fit into memory. */
const LONGEST_PAGE = 10_000
/** What is skipped has to be read, too. */
const FURTHEST = 100_000
const MOST_CRITERIA = 100

/** Reads a QuerySpec; one that says nothing, or is not there at all, asks for the first fifty. Throws `invalid`. */
export function readQuery(node: Node): Query {
  const order = text(node, 'sortOrder')?.toLowerCase()
  if (order !== undefined && order !== 'asc' && order !== 'desc')
    throw refused({ path: `${EDC}sortOrder`, message: 'sortOrder must be ASC or DESC' })
  return {
    offset: readNumber(node, 'offset', { otherwise: 0, least: 0, most: FURTHEST }),
    limit: readNumber(node, 'limit', { otherwise: 50, least: 1, most: LONGEST_PAGE }),
    sortField: text(node, 'sortField'),
    order,
    criteria: readCriteria(node, 'filterExpression'),
  }
}

/** Reads the criteria under a word: one, several or none. Throws `invalid` with a fault for each that is incomplete. */
export function readCriteria(node: Node, name: string): readonly Criterion[] {
  const path = `${EDC}${name}`
  const found = nodes(node, name)
  if (found.length > MOST_CRITERIA) throw refused({ path, message: `at most ${MOST_CRITERIA} criteria can be given` })
  const faults: Fault[] = []
  const criteria = found.map(each => {
    const [left, operator, right] = [text(each, 'operandLeft'), text(each, 'operator'), valuesOf(each, 'operandRight')]
    if (left === undefined) faults.push({ path, message: 'a criterion has no operandLeft' })
    if (operator === undefined) faults.push({ path, message: 'a criterion has no operator' })
    return { left: left ?? '', operator: operator ?? '', right: right.map(plain) }
  })
  if (faults.length > 0) throw refused(...faults)
  return criteria
}

function readNumber(node: Node, name: string, range: { otherwise: number; least: number; most: number }): number {
  const given = text(node, name)
  if (given === undefined) return range.otherwise
  const value = Number(given)
  if (Number.isInteger(value) && value >= range.least && value <= range.most) return value
  throw refused({
    path: `${EDC}${name}`,
    message: `${name} must be a whole number from ${range.least} to ${range.most}`,
  })
}

/** A condition as the catalogue takes it: a list for `in`, else the value itself. */
export function toHouse({ left, operator, right }: Criterion): CatalogCriterion {
  const [first] = right
  const takesList = ['in', 'not in'].includes(operator.toLowerCase())
  return { operandLeft: left, operator, operandRight: !takesList && right.length === 1 ? first : right }
}

/** A query as the catalogue takes it. */
export function toCatalogQuery({ offset, limit, sortField, order, criteria }: Query): CatalogQuery {
  return {
    offset,
    limit,
    ...(sortField !== undefined && { sortField }),
    ...(order !== undefined && { sortOrder: order }),
    filter: criteria.map(toHouse),
  }
}
