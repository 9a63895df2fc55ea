import { stringify } from 'yaml'

/** What became of one thing, or would become of it. */
interface Change {
  readonly kind: string
  readonly id: string
  readonly action: 'create' | 'change' | 'none' | 'delete'
  readonly fields: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[]
}

/** What the connector answers. */
export interface Applied {
  readonly dryRun: boolean
  readonly changes: readonly Change[]
}

const marks = { create: '+', change: '~', none: ' ', delete: '-' } as const
const colors = { '+': 32, '-': 31, '~': 33, ' ': 0 } as const

/** What changes, as declarative tools tell it: a line for each thing, and below it each field before and after. */
export function diffOf(
  { changes }: Applied,
  { color, clean }: { color: boolean; clean: (text: string) => string },
): string {
  const paint = (mark: keyof typeof colors, text: string) =>
    color && mark !== ' ' ? `\x1b[${colors[mark]}m${text}\x1b[39m` : text
  const line = (mark: keyof typeof colors, indent: string, text: string) =>
    `${paint(mark, `${mark} ${indent}${clean(text)}`)}\n`
  return changes
    .filter(({ action }) => action !== 'none')
    .map(({ kind, id, action, fields }) => {
      const head = line(marks[action], '', `${kind} ${id}`)
      const body = fields.map(({ path, before, after }) => [
        ...(before === null ? [] : [line('-', '  ', `${path}: ${short(before)}`)]),
        ...(after === null ? [] : [line('+', '  ', `${path}: ${short(after)}`)]),
      ])
      return head + body.flat().join('')
    })
    .join('')
}

/** A value on one line. */
const short = (value: unknown): string =>
  typeof value === 'string' ? value : stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()

const words = [
  ['create', 'created'],
  ['change', 'changed'],
  ['delete', 'deleted'],
  ['none', 'left as they are'],
] as const

/** How many of each, in a sentence. */
export function summaryOf({ dryRun, changes }: Applied): string {
  const counts = words.flatMap(([action, word]) => {
    const count = changes.filter(each => each.action === action).length
    return count > 0 ? [`${count} ${dryRun && action !== 'none' ? 'to be ' : ''}${word}`] : []
  })
  return `${counts.join(', ') || 'There is nothing to apply'}.`
}
