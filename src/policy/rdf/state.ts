import { type Quad, RDF } from '../../jsonld/index.ts'
import { builtInOperands } from '../operands/index.ts'
import { readTime } from '../times.ts'
import type { ActionDefinition, Performance, PolicyState } from '../types.ts'
import { createGraph, type Graph, idOfTerm, odrl, REPORT, SOTW } from './graph.ts'
import { contextOf, termValue } from './request.ts'

const ISSUED = 'http://purl.org/dc/terms/issued'
/** The subject by which the time is told: `temp:currentTime dct:issued "…"`. */
const CURRENT_TIME = 'currentTime'

/** By these something belongs to something wider. */
const wider = [
  odrl('partOf'),
  'http://purl.org/dc/terms/isPartOf',
  'http://www.w3.org/2004/02/skos/core#broader',
  'http://www.w3.org/2000/01/rdf-schema#subClassOf',
]

/**
 * Reads the state of the world: the time, what belongs to what, what is what, what was done, what is known by left
 * operand. `now` stands for the time if none is told.
 */
export function readState(quads: readonly Quad[], now: Date): PolicyState {
  const graph = createGraph(quads)
  return {
    now: timeIn(graph) ?? now,
    partOf: lists(graph, wider),
    types: lists(graph, [`${RDF}type`]),
    actions: actionsIn(graph),
    performances: [...reported(graph), ...linked(graph)],
    values: valuesIn(graph),
  }
}

function timeIn(graph: Graph): Date | undefined {
  const told = graph.subjects.filter(id => id.endsWith(CURRENT_TIME))
  const subjects = told.length > 0 ? told : graph.subjects.filter(id => graph.hasType(id, `${SOTW}SotW`))
  const [time] = subjects.flatMap(id => graph.of(id, ISSUED)).map(({ value }) => readTime(value)?.span?.from)
  return time === undefined ? undefined : new Date(time)
}

function lists(graph: Graph, properties: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const entries = graph.subjects.map(
    id => [id, properties.flatMap(property => graph.of(id, property).map(idOfTerm))] as const,
  )
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0))
}

function actionsIn(graph: Graph): Readonly<Record<string, ActionDefinition>> {
  const defined = graph.subjects.map(id => {
    const [includedIn, implies] = ['includedIn', 'implies'].map(term => graph.of(id, odrl(term)).map(idOfTerm))
    return [id, { includedIn: includedIn ?? [], implies: implies ?? [] }] as const
  })
  return Object.fromEntries(
    defined.filter(
      ([id, { includedIn, implies }]) => includedIn.length + implies.length > 0 || graph.hasType(id, odrl('Action')),
    ),
  )
}

/** Reports of earlier evaluations tell what became of rules. */
function reported(graph: Graph): readonly Performance[] {
  return graph.subjects.flatMap(id => {
    const [rule] = graph.of(id, `${REPORT}rule`).map(idOfTerm)
    const [performance, deontic] = ['performanceState', 'deonticState'].map(term =>
      graph.of(id, `${REPORT}${term}`)[0]?.value.slice(REPORT.length),
    )
    const state =
      performance ?? (deontic === 'Fulfilled' ? 'Performed' : deontic === 'Violated' ? 'Unperformed' : 'Unknown')
    if (rule === undefined || (performance === undefined && deontic === undefined)) return []
    return isPerformanceState(state) ? [{ rule, state, report: id }] : []
  })
}

const isPerformanceState = (state: string): state is Performance['state'] =>
  state === 'Performed' || state === 'Unperformed' || state === 'Unknown'

/** What is linked to a rule by `sotw:conditionID` is its being done: a payment that was made for a duty to pay. */
const linked = (graph: Graph): readonly Performance[] =>
  graph.subjects.flatMap(id =>
    graph.of(id, `${SOTW}conditionID`).map(rule => ({ rule: idOfTerm(rule), state: 'Performed' as const })),
  )

/** Facts by left operand: stated as context of the world, or by the operand as a property. */
function valuesIn(graph: Graph): Readonly<Record<string, unknown>> {
  const contexts = graph.subjects.filter(id => graph.hasType(id, `${SOTW}SotW`)).map(id => contextOf(graph, id))
  const direct = graph.subjects.flatMap(id =>
    graph
      .properties(id)
      .filter(isOperand)
      .map(property => [property, graph.of(id, property).map(term => termValue(term))] as const),
  )
  return Object.assign({}, ...contexts, Object.fromEntries(direct))
}

const isOperand = (property: string): boolean => property.includes(':') && builtInOperands.find(property) !== undefined
