import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream'
import { badGateway, KontorError } from '../errors.ts'
import type { Access } from './access.ts'
import { answerOf } from './answer.ts'
import type { Asked, Opened } from './opened.ts'
import { answerHeaders, demandAnswer, requestHeaders } from './relay.ts'
import type { HttpSource } from './source.ts'
import { targetOf } from './target.ts'

/** Connections to sources, kept open between requests. */
export type HttpSources = ReturnType<typeof createHttpSources>

/** Opens web resources, over as many connections as there are requests at the same time. */
export function createHttpSources() {
  const options = { keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo' } as const
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }

  return {
    /** Asks a source. Throws `bad-gateway` where it gives no answer that is fit for the consumer. */
    async open(source: HttpSource, asked: Asked, access: Access): Promise<Opened> {
      const target = targetOf(source, asked)
      const agent = agents[target.protocol === 'https:' ? 'https:' : 'http:']
      const method = source.proxy.method || asked.method === 'HEAD' ? asked.method : source.method
      const headers = requestHeaders(source, asked.headers, asked.body !== undefined)
      const answer = await exchange(target, { method, headers, agent }, asked.body, access)
      return openedBy(source, method, answer)
    },

    close(): void {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function openedBy(source: HttpSource, method: string, answer: IncomingMessage): Opened {
  const status = answer.statusCode ?? 0
  try {
    demandAnswer(source, status)
  } catch (error) {
    answer.destroy()
    throw error
  }
  const headers = answerHeaders(source, answer.headers)
  if (method !== 'HEAD' && status !== 204 && status !== 304) return { status, headers, body: answer }
  answer.resume()
  if (method !== 'HEAD') delete headers['content-length']
  return { status, headers, body: undefined }
}

/** Sends a request; one that met a connection which the source was just closing is sent again, if nothing can be done twice by that. */
async function exchange(
  target: URL,
  options: RequestOptions,
  body: Asked['body'],
  access: Access,
): Promise<IncomingMessage> {
  for (;;) {
    access.demandOpen()
    const request = requestTo(target, options)
    try {
      return await answerTo(request, body, access)
    } catch (error) {
      access.demandOpen()
      const harmless = body === undefined && (options.method === 'GET' || options.method === 'HEAD')
      if (!request.reusedSocket || !harmless || codeOf(error) !== 'ECONNRESET') throw unreachable(error)
    }
  }
}

const requestTo = (target: URL, options: RequestOptions): ClientRequest =>
  (target.protocol === 'https:' ? https : http).request(target, options)

function answerTo(request: ClientRequest, body: Asked['body'], access: Access): Promise<IncomingMessage> {
  const answer = answerOf(request, 'The source of the data')
  access.onCut(reason => request.destroy(reason))
  request.on('response', response => {
    // What follows a complete body on the same connection shows that its announced length was a lie.
    request.on('error', error => response.destroy(error))
    // It may break before somebody reads it, who will notice; until then nobody else need.
    response.on('error', () => {})
  })
  if (body === undefined) request.end()
  else
    pipeline(
      body.on('data', () => access.moved(0)),
      request,
      () => {},
    )
  return answer
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no answer'

/** Says what was wrong, not where: the address is the provider's own affair. */
const unreachable = (error: unknown): KontorError =>
  error instanceof KontorError
    ? error
    : badGateway(`The source of the data cannot be reached (${codeOf(error)}).`, { cause: error })
