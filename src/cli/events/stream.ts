import { setTimeout as sleep } from 'node:timers/promises'
import { KontorError } from '../../errors.ts'
import { refusalOf } from '../api/failure.ts'
import { type Api, send } from '../management-api.ts'

/** An event as the connector tells it: CloudEvents 1.0. */
export interface CloudEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  /** Its place among all events. */
  readonly sequence: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Which events are wanted. */
export interface Wanted {
  readonly type?: string
  readonly subject?: string
  readonly process?: string
}

/** How a stream is followed. */
interface Following {
  readonly wanted: Wanted
  /** The place behind which it begins; without one it begins now. */
  readonly after?: string | undefined
  readonly signal: AbortSignal
  /** Hears that the line was lost, and is taken up again. */
  readonly lost?: (error: unknown) => void
}

/** What passes by itself: too many readers, a connector that starts. */
const passing = new Set([429, 502, 503, 504])
/** How long to wait before coming back, ms, unless the connector says otherwise. */
const usualRetry = 1_000

/**
 * Events as they happen (WHATWG HTML, server-sent events), until the signal. A line that is lost is taken up behind the last event that came,
 * so that none is missed and none told twice. Throws what cannot pass by itself, such as a wrong key.
 */
export async function* streamEvents(api: Api, { wanted, after, signal, lost }: Following): AsyncGenerator<CloudEvent> {
  let [place, retry, known] = [after, usualRetry, false]
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(place !== undefined && { 'last-event-id': place }) }
      const response = await send(api, { path: `/v1/events?${new URLSearchParams({ ...wanted })}`, headers, signal })
      if (!response.ok) throw refusalOf(response.status, await response.json().catch(() => undefined))
      known = true
      for await (const said of messages(response)) {
        place = said.id ?? place
        retry = said.retry ?? retry
        if (said.data !== undefined) yield JSON.parse(said.data)
      }
      lost?.(undefined)
    } catch (error) {
      if (signal.aborted) return
      if (!passes(error, known)) throw error
      lost?.(error)
    }
    await sleep(retry, undefined, { signal }).catch(() => {})
  }
}

/** A connector that was there and is away comes back; one that never was is another matter. */
function passes(error: unknown, known: boolean): boolean {
  if (!(error instanceof KontorError)) return known
  return error.code === 'refused' ? passing.has(error.status) : known
}

/** What stands between two empty lines. */
interface Said {
  id?: string
  retry?: number
  data?: string
}

/** Reads a stream message by message; comments and unknown fields are passed over. */
async function* messages({ body }: Response): AsyncGenerator<Said> {
  let said: Said = {}
  for await (const line of lines(body ?? new ReadableStream())) {
    if (line === '') {
      yield said
      said = {}
      continue
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'id') said.id = value
    if (field === 'retry' && /^\d{1,6}$/.test(value)) said.retry = Number(value)
    if (field === 'data') said.data = said.data === undefined ? value : `${said.data}\n${value}`
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const all = `${rest}${decoder.decode(chunk, { stream: true })}`.split(/\r\n|\n|\r/)
    rest = all.pop() ?? ''
    yield* all
  }
}
