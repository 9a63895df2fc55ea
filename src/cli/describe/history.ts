import type { CompactCondition, CompactRule } from '../../policy/index.ts'
import type { Moment } from '../get/shapes.ts'
import { lines, seconds } from './text.ts'

/** What the journal keeps of a decision, a refusal or an end. */
interface Detail {
  readonly reasons?: readonly unknown[]
  readonly reason?: unknown
  readonly status?: unknown
  readonly error?: unknown
  readonly report?: { readonly permitted?: boolean; readonly rules?: readonly CompactRule[] }
}

/** The history of a process, a line for each happening, and below it why. */
export function timeline(moments: readonly Moment[]): string {
  const width = (of: (moment: Moment) => string) => Math.max(0, ...moments.map(moment => of(moment).length))
  const [actors, events] = [width(({ actor }) => actor), width(({ event }) => event)]
  const sources = width(sourceOf)
  return moments
    .map(moment => {
      const { at, actor, event, message, state } = moment
      const what = [message, state && `→ ${state}`].filter(Boolean).join(' ')
      const source = sources === 0 ? '' : `${sourceOf(moment).padEnd(sources)}  `
      const line = `${seconds(at)}  ${source}${actor.padEnd(actors)}  ${event.padEnd(events)}  ${what}`.trimEnd()
      return `  ${line}\n${lines(reasonsIn(moment), '      ')}`
    })
    .join('')
}

/** Which of several processes it has happened to. */
const sourceOf = ({ source }: Moment): string => source?.kind ?? ''

const detailOf = ({ detail }: Moment): Detail => (typeof detail === 'object' && detail !== null ? detail : {})

function reasonsIn(moment: Moment): readonly string[] {
  if (typeof moment.detail === 'string') return [moment.detail]
  const { reasons = [], reason, error } = detailOf(moment)
  return [...[reasons].flat(), ...[reason ?? []].flat(), error].filter(each => typeof each === 'string')
}

/** How the policy was judged the last time, condition by condition; empty if it was not. */
export function lastReport(moments: readonly Moment[]): string {
  const judged = moments.filter(moment => detailOf(moment).report?.rules).at(-1)
  if (judged === undefined) return ''
  const { report } = detailOf(judged)
  const head = `  ${report?.permitted ? 'permitted' : 'not permitted'}, judged ${seconds(judged.at)} by ${judged.actor}\n`
  return head + lines((report?.rules ?? []).flatMap(rule => sayRule(rule, '')))
}

const sayRule = (
  { kind, action, outcome, conditions = [], duties = [] }: CompactRule,
  indent: string,
): readonly string[] => [
  `${indent}${kind} to ${short(action)}: ${outcome}`,
  ...conditions.flatMap(condition => sayCondition(condition, `${indent}  `)),
  ...duties.flatMap(duty => sayRule(duty, `${indent}  `)),
]

function sayCondition(
  { about, left = [], operator = '', right = [], outcome, why, parts }: CompactCondition,
  indent: string,
): readonly string[] {
  const mark = { satisfied: '✓', unsatisfied: '✗' }[outcome] ?? '?'
  if (parts) return [`${indent}${mark} ${short(about)}`, ...parts.flatMap(part => sayCondition(part, `${indent}  `))]
  const wanted = [short(operator), right.map(short).join(', ')].filter(Boolean).join(' ')
  const found = left.length > 0 ? left.map(short).join(', ') : 'nothing'
  return [`${indent}${mark} ${short(about)} ${wanted}: found ${found}${why ? ` (${why})` : ''}`]
}

const short = (name: string): string => name.replace(/^(?:https?:|urn:)\S*[/#:](?=[^/#:]+$)/, '')
