/** Longer than names are, shorter than a log line: what peers write is quoted in reasons. */
const MOST_CHARACTERS = 200
const MOST_VALUES = 10

/** Something from a policy, fit to stand in a sentence. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}

/** Values one after the other, as many as one still reads. */
export function list(values: readonly unknown[]): string {
  const shown = values.slice(0, MOST_VALUES).map(quote).join(', ')
  return values.length > MOST_VALUES ? `${shown} and ${values.length - MOST_VALUES} more` : shown || 'nothing'
}
