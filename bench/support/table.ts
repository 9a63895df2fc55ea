import { isMet, type Measure, type Target } from './part.ts'

/** Figures as lines for people: name, value, target, and a mark where it is missed. */
export function toLines(measures: readonly Measure[]): string[] {
  const width = Math.max(...measures.map(({ name }) => name.length), 0)
  return measures.map(measure => {
    const { name, value, unit, target } = measure
    const wanted = target ? `${spell(target)} ${isMet(measure) ? 'met' : 'MISSED'}` : ''
    return `  ${name.padEnd(width)}  ${rounded(value).padStart(8)} ${unit.padEnd(5)} ${wanted}`.trimEnd()
  })
}

const spell = (target: Target): string => ('atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`)

/** Three digits say all there is to say on a machine that does other things, too. */
function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toString()
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
