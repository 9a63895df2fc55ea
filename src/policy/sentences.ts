/** Longer than names are, shorter than a log line: what peers write is quoted in reasons. */
const MOST_CHARACTERS = 200
/** As many values as one still reads. */
export const MOST_VALUES = 10

/** Something from a policy, fit to stand in a sentence. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (toJson(value) ?? 'nothing')
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}

/** What cannot be written as JSON is not worth quoting. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** With a capital letter, as a sentence begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
