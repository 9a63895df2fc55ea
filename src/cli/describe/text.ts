/** A line of a description: a word or two in front, and what there is to say; empty where there is nothing. */
export type Fact = readonly [label: string, value: string | null | undefined]

/** Facts, their values in one column; what has no value is left out. */
export function facts(list: readonly Fact[], indent = ''): string {
  const said = list.filter((fact): fact is [string, string] => Boolean(fact[1]))
  const width = Math.max(0, ...said.map(([label]) => label.length))
  return said
    .map(
      ([label, value]) =>
        `${indent}${label.padEnd(width)}  ${value.replaceAll('\n', `\n${indent}${' '.repeat(width + 2)}`)}\n`,
    )
    .join('')
}

/** A part with a heading; nothing at all if it is empty. */
export const section = (title: string, text: string): string => (text === '' ? '' : `\n${title}\n${text}`)

/** Lines below a heading. */
export const lines = (list: readonly string[], indent = '  '): string => list.map(line => `${indent}${line}\n`).join('')

const steps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** How far a time is from now: `in 12 s`, `3 h ago`. */
function distance(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime()
  const [step, unit] = steps.find(([length]) => Math.abs(ms) >= length) ?? [1_000, 's']
  const text = `${Math.round(Math.abs(ms) / step)} ${unit}`
  return ms >= 0 ? `in ${text}` : `${text} ago`
}

/** A time with how far it is from now. */
export const when = (time: string, now: Date): string => `${seconds(time)} (${distance(time, now)})`

/** How many times something was done. */
export const often = (attempts: number): string => (attempts === 1 ? 'once' : `${attempts} times`)

/** A time to the second. */
export const seconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z').replace('T', ' ')
