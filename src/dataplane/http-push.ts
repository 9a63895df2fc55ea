import http, { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { badGateway, KontorError } from '../errors.ts'
import type { Guard } from '../http/index.ts'
import type { Access } from './access.ts'
import { answerOf } from './answer.ts'
import { type Destination, readDestination } from './destination.ts'
import { demandSource, type LiveFlow } from './flows.ts'
import type { OpenSource } from './http-pull.ts'
import type { Asked, Opened } from './opened.ts'
import { Outflow } from './outflow.ts'
import { pump } from './pump.ts'

/** Delivers a flow's data once, and gives the status it was taken with. Of what it throws, a status below 500 means that trying again cannot help. */
export type Deliver = (flow: LiveFlow, access: Access) => Promise<number>

/** `HttpData-PUSH`: the source is streamed to the consumer's address by POST. That address is a stranger's choice, so the guard judges it. */
export function createHttpPush({ openSource, guard }: { openSource: OpenSource; guard: Guard }): Deliver {
  return async (flow, access) => {
    const destination = readDestination(flow.destination)
    const url = guard.check(destination.url)
    const opened = await openSource(demandSource(flow), everything, access)
    if (opened.status >= 300) throw badGateway(`The source of the data answered ${opened.status}.`)
    const request = requestTo({ ...destination, url }, opened.headers, guard)
    return post(opened, request, access)
  }
}

/** All of it, without conditions. */
const everything: Asked = { method: 'GET', path: '', query: '', headers: {}, body: undefined }

/** Of what the source says of the data only this is the receiver's business. */
const told = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'last-modified',
  'etag',
] as const

/** A connection of its own for each push: there are few, and each is long. */
function requestTo({ url, headers }: Destination, source: OutgoingHttpHeaders, guard: Guard): ClientRequest {
  const about = Object.fromEntries(told.map(name => [name, source[name]]).filter(([, value]) => value !== undefined))
  const options = { method: 'POST', headers: { 'user-agent': 'kontor', ...about, ...headers }, agent: false } as const
  return url.protocol === 'https:'
    ? https.request(url, { ...options, lookup: guard.lookup.https })
    : http.request(url, { ...options, lookup: guard.lookup.http })
}

async function post({ body, headers }: Opened, request: ClientRequest, access: Access): Promise<number> {
  const answer = answerTo(request)
  try {
    access.onCut(reason => request.destroy(reason))
    if (body === undefined) request.end()
    else await flow(body, request, answer, access, headers['content-length'])
    return demandTaken((await answer).statusCode ?? 0)
  } finally {
    body?.destroy()
    request.destroy()
  }
}

/** Sends the body; a receiver that refuses it, or breaks off, before it has all is not sent the rest. */
function flow(
  body: NonNullable<Opened['body']>,
  request: ClientRequest,
  answer: Promise<IncomingMessage>,
  access: Access,
  length: unknown,
): Promise<void> {
  const outflow = new Outflow(request, access, length === undefined ? undefined : Number(length))
  answer.then(({ statusCode = 0 }) => demandTaken(statusCode)).catch(error => outflow.destroy(error))
  return pump(body, outflow)
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const answer = answerOf(request, 'The address to push to').then(
    response => response.resume(),
    error => Promise.reject(unreachable(error)),
  )
  // Whoever breaks off first does not wait for the other.
  answer.catch(() => {})
  return answer
}

/** Client errors that mean "later". */
const later: ReadonlySet<number> = new Set([408, 425, 429])

function demandTaken(status: number): number {
  if (status >= 200 && status < 300) return status
  const sentence = `The address to push to answered ${status}.`
  if (status >= 500 || later.has(status)) throw badGateway(sentence)
  throw new KontorError(
    'push-refused',
    400,
    status >= 400 ? sentence : `${sentence.slice(0, -1)}: redirects are not followed.`,
  )
}

function unreachable(error: Error): KontorError {
  if (error instanceof KontorError) return error
  const code = 'code' in error ? String(error.code) : 'no answer'
  return badGateway(`The address to push to cannot be reached (${code}).`, { cause: error })
}
