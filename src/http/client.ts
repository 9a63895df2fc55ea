import { setMaxListeners } from 'node:events'
import { Axios, type AxiosResponse } from 'axios'
import { leanAdapter } from './adapter.ts'
import { createAgents } from './agents.ts'
import { failure } from './failure.ts'
import type { Guard } from './guard.ts'
import { parseJson } from './json.ts'

/** A request to a peer. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly url: string | URL
  /** `Content-Type` is `application/json` unless given here. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or, if they are parameters, as a form. */
  readonly body?: unknown
  /** Sent as it is, instead of a body; its `content-type` must stand in the headers. */
  readonly text?: string
  /** For the whole exchange, ms; default: the client's. */
  readonly timeout?: number
  /** The largest answer taken, decompressed; bytes; default: the client's. */
  readonly maxResponse?: number
  /** How the bytes of the answer become text; default: `utf8`. With `latin1` each byte is a character, and no JSON is looked for. */
  readonly encoding?: 'utf8' | 'latin1'
  /** Calls the request off. */
  readonly signal?: AbortSignal
}

/** What the peer said. Any status is an answer, a redirect too: it is never followed. */
export interface Answer {
  readonly status: number
  /** By lower-case name; what came more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON in it, whatever its Content-Type says; `undefined` when it is empty or is no JSON that we accept. */
  readonly body: unknown
  readonly text: string
}

/** Calls peers. */
export interface Client {
  /**
   * Throws `address-forbidden` (400) for a host that the guard refuses, `bad-gateway` (502) when no complete answer comes,
   * `unavailable` (503) when it is called off by the signal or by `close`.
   */
  request(request: Request): Promise<Answer>
  /** Ends all connections; requests under way fail with `unavailable`, as do later ones. */
  close(): void
}

/**
 * The HTTP client for everything that a stranger's URL may lead to. `timeout` (ms) and `maxResponse` (bytes, default
 * 1 MiB) hold for each request that brings none of its own.
 *
 * @example
 * const client = createClient({ guard: createGuard({ allow: [] }), timeout: 10_000 })
 * const { status, body } = await client.request({ method: 'GET', url: 'https://connector.example/.well-known/dspace-version' })
 */
export function createClient(options: { guard: Guard; timeout: number; maxResponse?: number }): Client {
  const { guard, timeout, maxResponse = 1024 * 1024 } = options
  const agents = createAgents(guard)
  const axios = new Axios({
    adapter: leanAdapter,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    timeout,
    maxContentLength: maxResponse,
  })

  const closing = new AbortController()
  setMaxListeners(0, closing.signal)

  const request = async (order: Request): Promise<Answer> => {
    const url = guard.check(order.url)
    const signal = order.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, order.signal])
    try {
      const response = await axios.request<Buffer>({
        url: url.href,
        method: order.method,
        signal,
        ...content(order),
        ...(order.timeout !== undefined && { timeout: order.timeout }),
        ...(order.maxResponse !== undefined && { maxContentLength: order.maxResponse }),
      })
      return toAnswer(response, order.encoding)
    } catch (error) {
      throw failure(url, error, signal)
    }
  }

  const close = () => {
    closing.abort()
    agents.destroy()
  }

  return { request, close }
}

const always = { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'kontor' }

function content({ headers, body, text }: Request) {
  if (body === undefined && text === undefined) return { headers: { ...always, ...headers } }
  const form = body instanceof URLSearchParams
  const data = text ?? (form ? body.toString() : JSON.stringify(body))
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const length = String(Buffer.byteLength(data))
  return { data, headers: { ...always, 'content-type': type, ...headers, 'content-length': length } }
}

function toAnswer({ status, headers, data }: AxiosResponse<Buffer>, encoding: Request['encoding'] = 'utf8'): Answer {
  const text = data.toString(encoding)
  const body = encoding === 'utf8' ? read(text) : undefined
  return { status, headers: Object.fromEntries(Object.entries(headers)), body, text }
}

function read(text: string): unknown {
  if (text === '') return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
