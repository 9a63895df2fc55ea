import http from 'node:http'
import type { Test } from 'tap'
import type { CloudEvent } from '../../src/events/index.ts'

/** What a reader of a stream of events has heard so far. */
export interface EventSource {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly events: CloudEvent[]
  /** The latest id, as a reader sends it when it comes back. */
  lastId(): string
  /** What was said between events. */
  readonly comments: string[]
  /** Waits until so many have come. */
  until(count: number): Promise<readonly CloudEvent[]>
  /** Waits until the first that fits has come. */
  find(fits: (event: CloudEvent) => boolean): Promise<CloudEvent>
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>
  close(): void
}

/** Follows server-sent events as a browser does, with headers that a browser cannot send. */
export function openEventSource(
  t: Pick<Test, 'teardown'>,
  url: string,
  headers: Record<string, string>,
): Promise<EventSource> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false })
    t.teardown(() => request.destroy())
    request.on('error', reject)
    request.on('response', response => resolve(read(request, response)))
  })
}

function read(request: http.ClientRequest, response: http.IncomingMessage): EventSource {
  const [events, comments]: [CloudEvent[], string[]] = [[], []]
  let [buffer, id] = ['', '']
  const waiting = new Set<() => void>()
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    const blocks = (buffer + text).split('\n\n')
    buffer = blocks.pop() ?? ''
    for (const block of blocks) take(block)
    for (const look of waiting) look()
  })
  const ended = new Promise<void>(resolve => response.on('close', resolve))

  function take(block: string): void {
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) comments.push(line.slice(1))
      if (line.startsWith('id: ')) id = line.slice(4)
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)))
    }
  }

  function when<T>(look: () => T | undefined): Promise<T> {
    return new Promise(resolve => {
      const again = () => {
        const found = look()
        if (found === undefined) return
        waiting.delete(again)
        resolve(found)
      }
      waiting.add(again)
      again()
    })
  }

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    comments,
    lastId: () => id,
    until: count => when(() => (events.length >= count ? events : undefined)),
    find: fits => when(() => events.find(fits)),
    ended,
    close: () => void request.destroy(),
  }
}
