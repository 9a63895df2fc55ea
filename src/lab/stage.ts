/** Where a story is told: lines in one column of at most 80 characters, with as few colours as do. */
export type Stage = ReturnType<typeof createStage>

// biome-ignore format: a table is read by its columns
const codes = {
  bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39],
} as const

/** How a piece of text is to look. */
export type Style = keyof typeof codes

const WIDEST = 80
const NARROWEST = 50
const INDENT = 3
/** Where sentences begin. */
const COLUMN = 15

/**
 * Tells on a terminal, or plainly into a pipe or file, and with `NO_COLOR`.
 *
 *     const stage = createStage({ out: process.stdout, environment: process.env })
 */
export function createStage(given: {
  out: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  environment: Readonly<Record<string, string | undefined>>
}) {
  const { out, environment } = given
  const colourful = out.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
  // Some terminals say 0 when they do not know.
  const width = Math.max(NARROWEST, Math.min(WIDEST, out.columns || WIDEST))
  let chapters = 0

  const paint = (style: Style | undefined, text: string): string => {
    if (!colourful || style === undefined) return text
    const [on, off] = codes[style]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }

  const print = (line = ''): void => void out.write(`${line}\n`)

  return {
    /** What all of it is about. */
    title(text: string, subtitle: string): void {
      print(paint('bold', text))
      for (const line of wrap(subtitle, width)) print(paint('dim', line))
      print()
    },

    /** What happens next. */
    chapter(text: string): void {
      print()
      print(paint('bold', `${String(++chapters).padEnd(INDENT)}${text}`))
    },

    /** A part that is none of the story's chapters. */
    section(text: string): void {
      print()
      print(paint('bold', text))
    },

    /** A fact: a word or two in front, a sentence, and something at the right edge, such as how long it took. */
    fact(label: string, text: string, more: { right?: string; style?: Style } = {}): void {
      const { right = '', style } = more
      const end = right === '' ? '' : right.padStart(9)
      const [first = '', ...rest] = wrap(text, width - COLUMN - end.length)
      const start = `${' '.repeat(INDENT)}${label}`.padEnd(COLUMN)
      const full = end === '' ? first : first.padEnd(width - COLUMN - end.length)
      print(paint(style, start) + full + paint('dim', end))
      for (const line of rest) print(' '.repeat(COLUMN) + line)
    },

    /** Something about the fact before, said in passing. */
    aside(text: string): void {
      for (const line of wrap(text, width - COLUMN)) print(' '.repeat(COLUMN) + paint('dim', line))
    },

    /** Lines to be copied: never broken, never painted. */
    verbatim(lines: readonly string[]): void {
      for (const line of lines) print(`  ${line}`)
    },

    /** A last word, well or ill. */
    verdict(text: string, style: Style): void {
      print()
      print(paint(style, text))
    },
  }
}

/** Breaks a text between words; a word that is too long for a line keeps its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width || line === '') line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}
