import { forbidden } from '../errors.ts'
import type { Context } from '../http/index.ts'
import type { Caller } from './caller.ts'
import type { Identify } from './identify.ts'
import { type Role, suffices } from './roles.ts'

/** A route of the management API, and who may use it. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch'
  /** With the API's prefix: `/v1/negotiations/:id`. */
  readonly path: string
  readonly role: Role
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

/**
 * Lets requests in: `handle` is called for those who may do what they ask for, once the body is read. Throws `unauthenticated`, and
 * `forbidden` for callers whose role does not suffice, before anything else of the request is looked at.
 */
export type Door = (ctx: Context, handle: (visit: Visit) => Promise<void>) => Promise<void>

/** Reads the body of a request. */
type ReadBody = (ctx: Context) => Promise<unknown>

/** Makes the door of a route. */
export type MakeDoor = (route: Route, read: ReadBody) => Door

export function createDoors({ identify }: { identify: Identify }): MakeDoor {
  return ({ role }, read) =>
    async (ctx, handle) => {
      const caller = await identify(ctx)
      if (!suffices(caller.role, role))
        throw forbidden(`This needs the role ${role}, and ${caller.actor} has ${caller.role} only.`)
      const body = await read(ctx)
      await handle({ caller, actor: caller.actor, body, about: () => {} })
    }
}
