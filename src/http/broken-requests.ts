import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { KontorError } from '../errors.ts'
import { problem } from './errors.ts'

/** What Node's parser says of what is no request, by its code, as an answer; anything else is 400. */
// biome-ignore format: a table is read by its columns
const answers: Readonly<Record<string, readonly [code: string, status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW:      [ 'headers-too-large', 431, 'The headers are larger than we take: send less.'        ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [ 'too-large',    413, 'The chunk extensions are larger than we take: send none.' ],
  ERR_HTTP_REQUEST_TIMEOUT: [ 'too-slow',          408, 'The request did not come in time: send it faster.'      ],
}

const malformed = ['invalid', 400, 'This is not an HTTP request that we understand.'] as const

/**
 * Answers what is no HTTP request (broken syntax, contradicting lengths, headers without end, one that never comes) in the words of
 * our own APIs, and ends the connection: what follows on it cannot be believed. What was sent is not repeated.
 */
export function answerBrokenRequests(server: Server): void {
  const unfinished = new WeakMap<Socket, Set<ServerResponse>>()

  server.on('request', ({ socket }, response) => {
    const answers = unfinished.get(socket) ?? new Set()
    unfinished.set(socket, answers.add(response))
    response.once('close', () => answers.delete(response))
  })

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Half an answer to a request before this one may be out already: then nothing may follow it.
    const halfway = [...(unfinished.get(socket) ?? [])].some(({ headersSent }) => headersSent)
    if (halfway || !socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else socket.end(answerTo(error.code ?? ''), () => socket.destroySoon())
  })
}

function answerTo(nodeCode: string): string {
  const { status, body, headers } = problem(new KontorError(...(answers[nodeCode] ?? malformed)))
  const text = JSON.stringify(body)
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(text), Connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')
  return `HTTP/1.1 ${status} ${(body as { title: string }).title}\r\n${head}\r\n\r\n${text}`
}
