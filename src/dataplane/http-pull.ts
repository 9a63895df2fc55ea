import type { IncomingMessage, ServerResponse } from 'node:http'
import { KontorError } from '../errors.ts'
import type { Access } from './access.ts'
import { type AccessTokens, demandToken } from './access-token.ts'
import { notPermitted } from './admission.ts'
import type { Admit } from './admit.ts'
import { varying } from './browser.ts'
import { demandSource, type LiveFlow } from './flows.ts'
import type { Meter } from './meter.ts'
import type { Asked, Opened } from './opened.ts'
import { Outflow } from './outflow.ts'
import { challenge, publicError, sendProblem } from './problem.ts'
import { askedBy, demandAllowed, hasBody } from './pull-request.ts'
import { brokenOff, pump } from './pump.ts'
import type { Running } from './running.ts'
import type { Source } from './source.ts'
import type { Wanted } from './target.ts'
import type { Book, Booking, DataPlaneEvents } from './types.ts'

/** Opens a source of either kind. */
export type OpenSource = (source: Source, asked: Asked, access: Access) => Promise<Opened>

/** Answers a request for data; never throws. */
export type HttpPull = (request: IncomingMessage, response: ServerResponse, wanted: Wanted) => Promise<void>

/**
 * `HttpData-PULL`: the consumer fetches, and we are a streaming proxy in front of the source. The URL is the same for every
 * transfer; the token alone says which flow is meant.
 */
export function createHttpPull(given: {
  tokens: AccessTokens
  running: Running
  admit: Admit
  book: Book
  openSource: OpenSource
  meter: Meter
  events: DataPlaneEvents
}): HttpPull {
  const { tokens, running, admit, book, openSource, meter, events } = given

  return async (request, response, wanted) => {
    const visit: Visit = {
      request,
      response,
      begun: performance.now(),
      access: undefined,
      flow: undefined,
      booking: undefined,
    }
    try {
      const claims = await tokens.verify(demandToken(request.headers.authorization))
      const access = running.open(claims.flowId, claims.generation)
      visit.access = access
      response.once('close', () => response.writableFinished || access.cut(left()))
      visit.flow = await admit(claims, access)
      const source = demandSource(visit.flow)
      demandAllowed(source, request, response)
      visit.booking = await enter(access)
      await send(await openSource(source, askedBy(request, wanted), access), response, access)
      report(visit)
    } catch (error) {
      // Whoever asks again as soon as it is refused must not meet the access of which nothing was had.
      if (!visit.response.headersSent) await settle(visit, false)
      fail(visit, visit.access?.cutBy ?? error)
    } finally {
      await end(visit)
    }
  }

  /** The last door: from here on the access counts, if anything is had of it. */
  async function enter(access: Access): Promise<Booking> {
    const booking = await book(access.flowId)
    if (typeof booking === 'string') throw notPermitted(booking)
    access.take = booking.take
    return booking
  }

  /** An answer can be an error only until its head has been sent; after that, a broken connection tells that the data is not whole. */
  function fail(visit: Visit, error: unknown): void {
    if (visit.response.headersSent) {
      breakOff(visit)
      report(visit, publicError(error).message)
    } else refuse(visit, error)
  }

  function refuse({ request, response, flow }: Visit, error: unknown): void {
    const told = publicError(error)
    if (told !== error) events.unexpected({ where: 'data', error, process: flow?.id })
    events.dataRefused({ flow: flow?.id, format: flow?.format, status: told.status, reason: told.message })
    const unread = hasBody(request) ? { connection: 'close' } : {}
    sendProblem(response, told, { ...challenge(told, request.headers.authorization !== undefined), ...unread })
  }

  function report({ flow, access, response, begun }: Visit, broken?: string): void {
    if (flow === undefined || access === undefined) return
    const { id, format } = flow
    const ms = performance.now() - begun
    const event = { flow: id, format, status: response.statusCode, bytes: access.bytes, ms }
    events.dataServed(broken === undefined ? event : { ...event, broken })
  }

  async function end(visit: Visit): Promise<void> {
    const { access, response } = visit
    if (access === undefined) return
    running.close(access)
    meter.ended(access)
    await settle(visit, response.statusCode < 400)
  }

  /** The access is over, once; whether it counts. */
  async function settle(visit: Visit, had: boolean): Promise<void> {
    const { booking, flow } = visit
    visit.booking = undefined
    await booking?.end(had).catch(error => events.unexpected({ where: 'data', error, process: flow?.id }))
  }
}

/** One request while it is being answered. */
interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly begun: number
  access: Access | undefined
  flow: LiveFlow | undefined
  booking: Booking | undefined
}

async function send({ status, headers, body }: Opened, response: ServerResponse, access: Access): Promise<void> {
  if (access.cutBy !== undefined) body?.destroy()
  access.demandOpen()
  if (body?.destroyed) throw brokenOff(body.errored)
  response.writeHead(status, varying(response, headers))
  if (body === undefined) response.end()
  else await pump(body, new Outflow(response, access, lengthOf(headers['content-length'])))
}

const lengthOf = (header: unknown): number | undefined => (header === undefined ? undefined : Number(header))

/** A reader of HTTP/1.0 takes any orderly end for the end of the data, and some load balancers speak it: for them it is a reset. */
function breakOff({ request, response }: Visit): void {
  try {
    if (request.httpVersion === '1.0') request.socket.resetAndDestroy()
  } catch {
    // Only TCP has resets.
  }
  response.destroy()
}

/** Nobody reads this answer; its status, nginx's invention, is for the log. */
const left = () => new KontorError('consumer-left', 499, 'The consumer closed the connection.')
