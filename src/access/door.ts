import { forbidden, KontorError } from '../errors.ts'
import type { Context } from '../http/index.ts'
import type { Audit, Outcome } from './audit.ts'
import type { Caller } from './caller.ts'
import type { Identify } from './identify.ts'
import type { Answer, Once } from './once.ts'
import { type Role, suffices } from './roles.ts'

/** A route of the management API, and who may use it. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch'
  /** With the API's prefix: `/v1/negotiations/:id`. */
  readonly path: string
  readonly role: Role
  /** Whether it changes nothing, and shows nothing that opens anything: then there is nothing to write down. */
  readonly isLooking: boolean
}

/** A request that was let in. */
export interface Visit {
  /** Who sends it, as journals name them. */
  readonly actor: string
  readonly caller: Caller
  /** Its body as read; undefined if there is none. */
  readonly body: unknown
  /** Says what it is about, where the path does not: the id of what is made or changed, if it is one. */
  about(object: unknown): void
}

type Handle = (visit: Visit) => Promise<void>

/**
 * Lets requests in: `handle` is called for those who may do what they ask for, once the body is read. Throws `unauthenticated`, and
 * `forbidden` for callers whose role does not suffice, before anything else of the request is looked at. What is more than looking is
 * written into the audit, before it is done and again when it is; what comes twice with an `Idempotency-Key` is done once.
 */
export type Door = (ctx: Context, handle: Handle) => Promise<void>

/** Reads the body of a request. */
type ReadBody = (ctx: Context) => Promise<unknown>

/** Makes the door of a route. */
export type MakeDoor = (route: Route, read: ReadBody) => Door

export function createDoors(given: {
  identify: Identify
  audit: Pick<Audit, 'begin' | 'refuse'>
  once: Once
}): MakeDoor {
  const { identify, audit, once } = given

  return (route, read) => {
    const { method, path, role, isLooking } = route
    const isOnce = method === 'post' && !isLooking

    const requestOf = ({ actor, id: caller }: Caller, ctx: Context) => ({
      actor,
      caller,
      method: method.toUpperCase(),
      route: path,
      object: nameOf(ctx.params.id),
    })

    /** Does it between two entries of the audit. */
    async function audited(ctx: Context, caller: Caller, body: unknown, handle: Handle): Promise<void> {
      const request = requestOf(caller, ctx)
      let { object } = request
      const end = await audit.begin(request)
      const about = (named: unknown): void => {
        object = nameOf(named) ?? object
      }
      try {
        await handle({ caller, actor: caller.actor, body, about })
        end({ object: object ?? nameIn(ctx.body), status: ctx.status, code: null })
      } catch (error) {
        end({ object, ...failureOf(error) })
        throw error
      }
    }

    /** Does it unless it was done before: then it is answered as it was then. */
    async function doneOnce(ctx: Context, caller: Caller, body: unknown, handle: Handle): Promise<void> {
      const request = { caller: caller.id, key: ctx.get('idempotency-key'), content: [method, ctx.url, body ?? null] }
      const { answer, again } = await once.run(request, async () => {
        await audited(ctx, caller, body, handle)
        return { status: ctx.status, body: ctx.body ?? null }
      })
      if (again) repeat(ctx, answer)
    }

    return async (ctx, handle) => {
      const caller = await identify(ctx)
      if (!suffices(caller.role, role)) {
        audit.refuse(requestOf(caller, ctx))
        throw forbidden(`This needs the role ${role}, and ${caller.actor} has ${caller.role} only.`)
      }
      const body = await read(ctx)
      if (isLooking) await handle({ caller, actor: caller.actor, body, about: () => {} })
      else if (isOnce && ctx.get('idempotency-key') !== '') await doneOnce(ctx, caller, body, handle)
      else await audited(ctx, caller, body, handle)
    }
  }
}

function repeat(ctx: Context, answer: Answer): void {
  if ('error' in answer) throw new KontorError(answer.error.code, answer.error.status, answer.error.message)
  if (answer.body === null) ctx.status = answer.status
  else {
    ctx.body = answer.body
    ctx.status = answer.status
  }
  ctx.set('Idempotency-Replayed', 'true')
}

/** The longest name that is kept of what a request is about, characters: nothing that is there has a longer one. */
const LONGEST_NAME = 2_048

/** A name as the database takes it. */
function nameOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  return value.slice(0, LONGEST_NAME).replace(/[\0\p{Surrogate}]/gu, '�')
}

/** What the answer says that was made. */
function nameIn(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const answer: Readonly<{ '@id'?: unknown; id?: unknown }> = body
  return nameOf(answer['@id']) ?? nameOf(answer.id)
}

/** A process in the wrong state is a conflict in this API's words. */
function failureOf(error: unknown): Pick<Outcome, 'status' | 'code'> {
  if (!(error instanceof KontorError)) return { status: 500, code: 'internal' }
  return { status: error.code === 'wrong-state' ? 409 : error.status, code: error.code }
}
