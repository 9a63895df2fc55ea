import { Stream } from 'node:stream'
import { KontorError } from '../errors.ts'
import { type Context, type Middleware, readJson, renderErrors } from '../http/index.ts'
import type { Policy } from '../policy/index.ts'
import { type ErrorType, errorBody, type Pids } from './errors.ts'
import type { MessageOf, MessageType } from './messages.ts'
import type { Turnstile } from './turnstile.ts'
import type { About, Counterparty, VerifySender } from './types.ts'

/** A message whose sender is verified and whose form is right. */
export interface Received<M> {
  readonly sender: Counterparty
  readonly message: M
}

/** Tells of each message that came in. `ms` until the answer was ready. */
export type OnReceived = (message: {
  type: MessageType
  counterparty: string | undefined
  process: string | undefined
  result: 'acknowledged' | 'refused' | 'failed'
  ms: number
}) => void

type ParseMessage = <T extends MessageType>(type: T, body: unknown) => MessageOf<T> | Promise<MessageOf<T>>

/** Finds the policies that a message is about; null, if it matters only who sent it. */
export type PoliciesOf = (message: MessageOf<MessageType>) => Promise<readonly Policy[] | null>

/** Turns handlers of messages into Koa middleware; made once for each protocol, since each has an error type of its own. */
export type Receive = ReturnType<ReturnType<typeof createReceive>>

/**
 * So long the place of a request that asked for too much stays taken, ms, though it has its answer: who goes on asking is slowed down, and
 * costs others less of the machine. Measured with 64 such requests always under way, on 2 cores.
 */
const PENANCE = 100

/**
 * The door of every DSP endpoint: finds out who sent the request, reads and validates the message, and renders what goes
 * wrong as the protocol's error (DSP 2025-1, HTTPS bindings).
 */
export function createReceive(given: {
  verifySender: VerifySender
  turnstile: Turnstile
  parse: ParseMessage
  /** What a message is about; none if absent. */
  policiesOf?: PoliciesOf
  onReceived: OnReceived
  onUnexpected: (error: unknown, requestId: string) => void
}) {
  const { verifySender, turnstile, parse, policiesOf = async () => [], onReceived, onUnexpected } = given

  /**
   * Goes on with the verified sender when it is its turn. Nothing of a request is read before; what the message is about may have to be
   * known to find out what is attested about its sender, so that then the turn comes in the middle of that.
   */
  async function inTurn(
    ctx: Context,
    policies: () => Promise<readonly Policy[] | null>,
    work: (sender: Counterparty) => Promise<void>,
  ): Promise<void> {
    let leave: (() => void) | undefined
    const arrive = async (id: string): Promise<void> => {
      leave ??= await turnstile.enter(id)
    }
    const about: About = async id => {
      await arrive(id)
      return policies()
    }
    let tooMany = false
    try {
      const sender = await verifySender(ctx.get('authorization') || undefined, about)
      await arrive(sender.id)
      await work(sender)
    } catch (error) {
      tooMany = error instanceof KontorError && error.code === 'too-many'
      throw error
    } finally {
      if (leave && tooMany) setTimeout(leave, PENANCE).unref()
      // An answer that is made while it is sent is work until its end.
      else if (leave && ctx.body instanceof Stream && !ctx.res.closed) ctx.res.once('close', leave)
      else leave?.()
    }
  }

  return (errorType: ErrorType) => {
    const errors = renderErrors(
      (error, ctx) => ({ status: error.status, body: errorBody(errorType, error, pidsOf(ctx)) }),
      onUnexpected,
    )

    /** An endpoint that takes one type of message. */
    function receive<T extends MessageType>(
      type: T,
      handle: (ctx: Context, received: Received<MessageOf<T>>) => Promise<void>,
    ): Middleware {
      return async ctx => {
        const begun = performance.now()
        let sender: Counterparty | undefined
        await errors(ctx, async () => {
          const read = once(async (): Promise<MessageOf<T>> => {
            const message = await parse(type, await readJson(ctx))
            ctx.state.message = message
            return message
          })
          const policies = async () => policiesOf((await read()) as MessageOf<MessageType>)
          await inTurn(ctx, policies, async verified => {
            sender = verified
            await handle(ctx, { sender, message: await read() })
          })
        })
        const result = ctx.status < 400 ? 'acknowledged' : ctx.status < 500 ? 'refused' : 'failed'
        onReceived({ type, counterparty: sender?.id, process: ctx.params?.id, result, ms: performance.now() - begun })
      }
    }

    /** An endpoint that is only asked. */
    function asked(handle: (ctx: Context, sender: Counterparty) => Promise<void>): Middleware {
      return ctx =>
        errors(ctx, () =>
          inTurn(
            ctx,
            async () => [],
            sender => handle(ctx, sender),
          ),
        )
    }

    return { receive, asked, errors }
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}

const pidsOf = (ctx: Context): Pids => (ctx.state.message ?? {}) as Pids
