import { Readable } from 'node:stream'
import { type CloudEvent, isWanted, type Tail, type Told, type Wanted } from '../../events/index.ts'

/** Read at a time. */
const PAGE = 200
/** How often something is said where nothing happens, ms: proxies and readers then know that the line is good. */
const KEEP_ALIVE = 15_000
/** How long a reader shall wait before it comes back after a lost connection, ms. */
const RETRY = 1_000

/** What a reader of the stream wants. */
export interface Following {
  /** The place behind which it begins. */
  readonly after: number
  readonly wanted: Wanted
  /** An event as it is told. */
  readonly show: (event: Told) => CloudEvent
  readonly keepAlive?: number
  /** Called once it is over, however it ends. */
  readonly ended: () => void
}

/**
 * The events behind a place, and those to come, as server-sent events (WHATWG HTML, §9.2). They are read only as fast as the reader takes them:
 * a slow one is behind, and costs no memory. One that takes nothing at all is cut off by the server's idle time, and comes back with
 * the place of the last event that it has.
 */
export function openEventStream(tail: Tail, following: Following): Readable {
  const over = new AbortController()
  const lines = follow(tail, following, over.signal)
  return new Readable({
    highWaterMark: 16 * 1024,
    read() {
      lines.next().then(
        ({ value, done }) => over.signal.aborted || this.push(done ? null : value),
        error => this.destroy(error),
      )
    },
    // What waits for the next event is woken, and finds that it is over.
    destroy(error, done) {
      over.abort()
      following.ended()
      done(error)
    },
  })
}

async function* follow(
  tail: Tail,
  { after, wanted, show, keepAlive = KEEP_ALIVE }: Following,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const bell = createBell(signal)
  const stop = await tail.listen(bell.ring)
  let [place, told] = [after, after]
  try {
    yield `retry: ${RETRY}\n\n`
    while (!signal.aborted && !tail.isClosed()) {
      const events = await tail.read(place, PAGE)
      place = events.at(-1)?.position ?? place
      const lines = events.filter(event => isWanted(wanted, event)).map(event => written(event, show))
      if (lines.length > 0) {
        told = place
        yield lines.join('')
      } else if (events.length === 0 && !(await bell.heard(keepAlive))) {
        // An id alone is no event, but the reader remembers it: what was passed over need not be read again.
        yield told === place ? ':\n\n' : `id: ${place}\n\n`
        told = place
      }
    }
  } finally {
    stop()
  }
}

/** JSON has no line breaks of its own, so the data is one line. */
const written = (event: Told, show: Following['show']): string =>
  `id: ${event.position}\ndata: ${JSON.stringify(show(event))}\n\n`

/** Something that rings; whoever comes late hears that it has rung. */
function createBell(signal: AbortSignal) {
  let rung = false
  let answer = () => {}
  const ring = (): void => {
    rung = true
    answer()
  }
  signal.addEventListener('abort', ring)
  return {
    ring,
    /** Whether it rings within so many ms. */
    heard: (ms: number): Promise<boolean> =>
      new Promise(resolve => {
        const end = (): void => {
          clearTimeout(timer)
          answer = () => {}
          resolve(rung)
          rung = false
        }
        const timer = setTimeout(end, ms)
        answer = end
        if (rung) end()
      }),
  }
}
