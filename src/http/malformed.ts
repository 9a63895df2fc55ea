const space = /[ \t\n\r]*/y
const string = /"[ !#-[\]-\u{10ffff}]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\u{10ffff}]*)*"/uy
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const [openBrace, closeBrace, openBracket, closeBracket, comma, colon] = [/\{/y, /\}/y, /\[/y, /\]/y, /,/y, /:/y]

/**
 * Where a text stops being JSON, as an offset. `JSON.parse` tells the place only sometimes, and mostly with the content
 * around it, which no answer and no log should repeat. Recurses as deeply as the text is nested: bound that before.
 */
export function malformedAt(text: string): number {
  let at = 0
  // Moves on if the pattern holds here, and stays where it is if not: in the end, `at` is the place.
  const take = (pattern: RegExp): boolean => {
    for (const each of [pattern, space]) {
      each.lastIndex = at
      if (!each.test(text)) return false
      at = each.lastIndex
    }
    return true
  }
  const series = (item: () => boolean, end: RegExp): boolean => {
    if (take(end)) return true
    do if (!item()) return false
    while (take(comma))
    return take(end)
  }
  const member = (): boolean => take(string) && take(colon) && value()
  const value = (): boolean =>
    take(string) ||
    take(scalar) ||
    (take(openBrace) && series(member, closeBrace)) ||
    (take(openBracket) && series(value, closeBracket))

  take(space)
  value()
  return at
}
