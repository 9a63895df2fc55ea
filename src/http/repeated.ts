/**
 * Whether an object in a JSON text has the same member twice. RFC 8259 lets readers choose which of them counts, and they do: what two have to read
 * in the same way must not have any. The text must be JSON; keys are compared as they are meant, not as they are escaped.
 */
export function hasRepeatedMember(text: string): boolean {
  /** The keys of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  let expectsKey = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    if (character === '{' || character === ',') expectsKey = open.at(-1) !== undefined
    else if (character === '[') expectsKey = false
    if (character !== '"') continue
    const end = endOf(text, at)
    const keys = open.at(-1)
    if (expectsKey && keys !== undefined) {
      const key: string = JSON.parse(text.slice(at, end + 1))
      if (keys.has(key)) return true
      keys.add(key)
      expectsKey = false
    }
    at = end
  }
  return false
}

/** Where the quote stands that ends a text. */
function endOf(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
