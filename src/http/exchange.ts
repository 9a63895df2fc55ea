import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import { decompress } from './decompress.ts'

/** One request as it goes out. */
export interface Order {
  readonly url: URL
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly body: string | undefined
  readonly agent: Agent
  /** From now to the last byte of the answer, waiting for a free connection included; ms. */
  readonly timeout: number
  /** The largest answer taken, decompressed; bytes. */
  readonly maxResponse: number
  readonly signal: AbortSignal | undefined
}

/** What came back, whatever the status. */
export interface Exchanged {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/**
 * One exchange over `node:http`. A redirect is an answer like any other. Rejects with an error that carries a `code`:
 * Node's own, `ANSWER_LATE`, `ANSWER_TOO_LARGE` or `UPGRADE_REFUSED`; when the signal fires, with the signal's reason.
 */
export function exchange(order: Order): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    order.signal?.throwIfAborted()
    const outgoing = open(order)
    const fail = (error: unknown) => {
      release()
      reject(error)
      outgoing.destroy()
    }
    const succeed = (answer: Exchanged) => {
      release()
      resolve(answer)
    }
    const release = limitTime(order, fail)
    outgoing.on('error', fail)
    // Without this, Node drops the line and says nothing.
    outgoing.on('upgrade', (_, line) => {
      line.destroy()
      fail(coded('UPGRADE_REFUSED', 'the peer switches protocols'))
    })
    outgoing.on('response', response => receive(response, order.maxResponse).then(succeed, fail))
    outgoing.end(order.body)
  })
}

/** An error of ours with a code as Node's errors have it. */
const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code })

function open({ url, method, headers, agent }: Order) {
  const send = url.protocol === 'https:' ? secureRequest : request
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const path = url.pathname + url.search
  // The agent's timeout is for idle connections; a request has its own limit.
  return send({ agent, hostname, port: url.port, path, method, headers, timeout: 0 })
}

function limitTime({ timeout, signal }: Order, fail: (error: unknown) => void): () => void {
  const late = () => fail(coded('ANSWER_LATE', `no complete answer within ${timeout} ms`))
  const calledOff = () => fail(signal?.reason)
  const timer = setTimeout(late, timeout)
  signal?.addEventListener('abort', calledOff)
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', calledOff)
  }
}

async function receive(response: IncomingMessage, max: number): Promise<Exchanged> {
  const raw = await collect(response, max)
  const encoding = response.headers['content-encoding']
  const bytes = encoding === undefined ? raw : await decompress(raw, encoding, max)
  return { status: response.statusCode ?? 0, headers: response.headers, bytes }
}

function collect(response: IncomingMessage, max: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > max) reject(tooLarge(max))
      else chunks.push(chunk)
    })
    response.on('end', () => resolve(Buffer.concat(chunks, size)))
    response.on('error', reject)
  })
}

const tooLarge = (max: number): Error => coded('ANSWER_TOO_LARGE', `the answer is larger than ${max} bytes`)
