/** Where progress is told. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Between two frames, ms. */
const PACE = 100

/** Tells how something goes on: lines for what has happened, and what is being waited for. */
export interface Teller {
  /** Something has happened. */
  line(text: string): void
  /** What is being waited for: a spinner on a terminal, nothing elsewhere. */
  wait(text: string): void
  /** Clears what is being waited for. */
  end(): void
}

/**
 * A teller for people at a terminal, or for a log: there each line comes once, nothing turns and nothing is coloured. `NO_COLOR` and a dumb
 * terminal are heeded.
 */
export function createTeller(screen: Screen, environment: Readonly<Record<string, string | undefined>>): Teller {
  const lively = screen.isTTY === true && environment.TERM !== 'dumb'
  const paint = (text: string) => (lively && !environment.NO_COLOR ? `\x1b[36m${text}\x1b[39m` : text)
  let timer: NodeJS.Timeout | undefined
  let frame = 0

  function end(): void {
    if (timer === undefined) return
    clearInterval(timer)
    timer = undefined
    screen.write('\r\x1b[K')
  }

  return {
    line(text) {
      end()
      screen.write(`${text}\n`)
    },
    wait(text) {
      end()
      if (!lively) return
      const draw = () => screen.write(`\r${paint(frames[frame++ % frames.length] ?? '')} ${text}\x1b[K`)
      draw()
      timer = setInterval(draw, PACE)
      // Whatever else ends the command must not be kept by a spinner.
      timer.unref()
    },
    end,
  }
}
