/** Where a bar is drawn. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Shows how far a download has come. */
export interface Progress {
  show(received: number, total: number | undefined): void
  /** Clears the line for whatever is printed next. */
  end(): void
}

/** Between two drawings, ms: more often is flicker. */
const pause = 100

/**
 * A bar on one line, drawn over and over. Where there is no terminal nothing is written: a log is no place for it. `now` gives ms; `color` is what
 * NO_COLOR forbids.
 */
export function createProgress(screen: Screen, { now, color }: { now: () => number; color: boolean }): Progress {
  if (screen.isTTY !== true) return { show: () => {}, end: () => {} }
  let drawn = Number.NEGATIVE_INFINITY
  let begun: { readonly at: number; readonly received: number } | undefined
  const draw = (text: string) => screen.write(`\r${text}\x1b[K`)

  return {
    show(received, total) {
      const at = now()
      begun ??= { at, received }
      if (at - drawn < pause && received !== total) return
      drawn = at
      const rate = at > begun.at ? ((received - begun.received) * 1_000) / (at - begun.at) : undefined
      draw(lineOf({ received, total, rate, columns: screen.columns ?? 80, color }))
    },
    end: () => draw(''),
  }
}

/** What a line shows. */
interface State {
  readonly received: number
  readonly total: number | undefined
  /** Bytes a second. */
  readonly rate: number | undefined
  readonly columns: number
  readonly color: boolean
}

/** One line, a column shorter than the terminal: some break the line after the last. */
export function lineOf({ received, total, rate, columns, color }: State): string {
  const speed = rate === undefined ? '' : `  ${sizeOf(rate)}/s`
  if (total === undefined) return `${sizeOf(received)}${speed}`.slice(0, columns - 1)
  const share = total === 0 ? 1 : Math.min(1, received / total)
  const numbers = ` ${Math.floor(share * 100)} %  ${sizeOf(received)} of ${sizeOf(total)}${speed}`
  const width = Math.min(40, columns - 1 - numbers.length)
  if (width < 5) return numbers.trim().slice(0, columns - 1)
  const full = Math.round(share * width)
  const [done, left] = ['█'.repeat(full), '░'.repeat(width - full)]
  return (color ? `\x1b[32m${done}\x1b[39m${left}` : done + left) + numbers
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** A number of bytes as people read it: `1.5 MB`. */
export function sizeOf(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}
