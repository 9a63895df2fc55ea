/** A line of a text, or of what becomes of it. */
interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

const colors = { '-': 31, '+': 32 } as const

/**
 * Which lines of a text go and come. Lines that stay are left out: they are nobody's business here, and in a configuration file may hold
 * secrets; so may those that go, where a key stood in them.
 */
export function diffLines(before: string, after: string, { color }: { color: boolean }): string {
  const lines = withoutKeys(compare(linesOf(before), linesOf(after)))
  const paint = ({ mark, text }: Line) =>
    color && mark !== ' ' ? `\x1b[${colors[mark]}m${mark} ${text}\x1b[39m\n` : `${mark} ${text}\n`
  return lines
    .map((line, at) => {
      if (line.mark !== ' ') return paint(line)
      return at > 0 && lines[at - 1]?.mark !== ' ' && at < lines.length - 1 ? '…\n' : ''
    })
    .join('')
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** By the longest lines that both have in their order. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  // common[i][j]: how many lines of before from i, and of after from j, can be kept.
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i]
      if (row) row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }

  const lines: Line[] = []
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [one, other] = [before[i], after[j]]
    if (one !== undefined && one === other) {
      lines.push({ mark: ' ', text: one })
      i++
      j++
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: one })
      i++
    } else {
      lines.push({ mark: '+', text: other ?? '' })
      j++
    }
  }
  return lines
}

function withoutKeys(lines: readonly Line[]): readonly Line[] {
  let inside = false
  return lines.map(line => {
    inside ||= /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line.text)
    const shown = inside ? { ...line, text: line.text.replace(/\S.*/, '[secret]') } : line
    inside &&= !/-----END [A-Z ]*PRIVATE KEY/.test(line.text)
    return shown
  })
}
