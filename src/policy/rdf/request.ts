import { invalid } from '../../errors.ts'
import type { Quad, Term } from '../../jsonld/index.ts'
import type { PolicyRequest } from '../types.ts'
import { createGraph, type Graph, idOfTerm, isNamed, odrl, SOTW } from './graph.ts'

/**
 * Reads what is asked: an `odrl:Request` whose permissions say what is wanted, or a `sotw:EvaluationRequest`. Each
 * permission of a request is a question of its own. Throws `invalid` if there is none.
 */
export function readRequests(quads: readonly Quad[]): readonly PolicyRequest[] {
  const graph = createGraph(quads)
  const asked = graph.subjects.flatMap(id => [...odrlRequests(graph, id), ...evaluationRequests(graph, id)])
  if (asked.length === 0) throw invalid('There is no odrl:Request and no sotw:EvaluationRequest in the document.')
  return asked
}

function odrlRequests(graph: Graph, id: string): readonly PolicyRequest[] {
  if (!graph.hasType(id, odrl('Request'))) return []
  return graph.of(id, odrl('permission')).map(permission => {
    const rule = idOfTerm(permission)
    const either = (term: string) => one(graph, rule, odrl(term)) ?? one(graph, id, odrl(term))
    return asked(id, rule, either('action'), either('assignee'), either('target'), contextOf(graph, rule))
  })
}

function evaluationRequests(graph: Graph, id: string): readonly PolicyRequest[] {
  if (!graph.hasType(id, `${SOTW}EvaluationRequest`)) return []
  const [action, party, target] = ['evaluatedAction', 'evaluatedParty', 'evaluatedTarget'].map(term =>
    one(graph, id, `${SOTW}${term}`),
  )
  return [asked(id, undefined, action, party, target, contextOf(graph, id))]
}

function asked(
  id: string,
  rule: string | undefined,
  action: string | undefined,
  party: string | undefined,
  target: string | undefined,
  context: Readonly<Record<string, unknown>>,
): PolicyRequest {
  if (action === undefined) throw invalid(`The request ${id} names no action.`)
  return {
    ...(isNamed(id) && { id }),
    ...(rule !== undefined && isNamed(rule) && { rule }),
    action,
    participant: { id: party ?? '', claims: {} },
    ...(target !== undefined && { target }),
    context,
  }
}

function one(graph: Graph, id: string, property: string): string | undefined {
  const [value] = graph.of(id, property)
  return value && idOfTerm(value)
}

/** What is stated of a use: constraints that say what is, or parameters that describe a feature. */
export function contextOf(graph: Graph, id: string): Readonly<Record<string, unknown>> {
  const stated = [`${SOTW}context`, `${SOTW}requestParameter`, odrl('constraint')].flatMap(property =>
    graph.of(id, property),
  )
  const pairs = stated.flatMap(node => statement(graph, idOfTerm(node)))
  return Object.fromEntries(
    [...new Set(pairs.map(([feature]) => feature))].map(feature => [
      feature,
      pairs.filter(([name]) => name === feature).map(([, value]) => value),
    ]),
  )
}

function statement(graph: Graph, node: string): readonly (readonly [feature: string, value: unknown])[] {
  const feature = one(graph, node, odrl('leftOperand')) ?? one(graph, node, `${SOTW}describesFeature`)
  const operator = one(graph, node, odrl('operator'))
  if (feature === undefined || (operator !== undefined && ![odrl('eq'), odrl('isAnyOf')].includes(operator))) return []
  const values = [...graph.of(node, odrl('rightOperand')), ...graph.of(node, `${SOTW}value`)]
  const unit = one(graph, node, odrl('unit'))
  return values.map(value => [feature, termValue(value, unit)])
}

/** A term as JSON-LD writes values. */
export function termValue(term: Term, unit?: string): unknown {
  if (term.kind !== 'literal') return { '@id': idOfTerm(term) }
  return {
    '@value': term.value,
    ...(term.datatype !== undefined && { '@type': term.datatype }),
    ...(unit !== undefined && { unit }),
  }
}
