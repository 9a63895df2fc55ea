import type { Parse } from '../jsonld/index.ts'

/** What a request may say: the JSON Schema of its body, or of its query where it is a GET. Nothing else is let in. */
export interface Shape<Input> {
  readonly schema: object
  /** Believes what fits that schema; throws `invalid` for anything else. */
  readonly parse: Parse<Input>
}

type Method = 'get' | 'post' | 'put' | 'delete'

/** What else there is to say about an operation. */
interface More<Query = unknown> {
  /** What its query may say, if it has a body, too. */
  readonly query?: Shape<Query>
  /** Whether it takes YAML as well, and a longer body than others. */
  readonly takesDocument?: true
  /** Of the answer, when all is well: 200, or 204 where nothing is given. */
  readonly status?: number
  /** In Markdown: what whoever uses it for the first time has to know. */
  readonly description?: string
  /** A body that works as it stands. */
  readonly example?: object
  /** Whether it may be asked without any body, whatever the schema of one demands. */
  readonly mayBeEmpty?: true
  /** Media types of the body, if it is not JSON alone. */
  readonly takesTypes?: readonly string[]
  /** Media types of the answer, if it is not JSON. */
  readonly givesTypes?: readonly string[]
  /** Schemas of other answers, by status. */
  readonly also?: Readonly<Record<number, object>>
}

/**
 * One thing that can be asked of the management API: where, with what, and what comes of it; how it is done is a handler's business.
 * The schema that checks what is said is the schema that the OpenAPI document shows.
 */
export interface Operation<Input = unknown, Query = unknown> extends More<Query> {
  readonly method: Method
  /** As routers write it: `/negotiations/:id`. */
  readonly path: string
  readonly takes: Shape<Input>
  /** The JSON Schema of the answer; undefined if it has no body. */
  readonly gives: object | undefined
  /** A sentence for the table of contents. */
  readonly summary: string
  readonly status: number
}

/** Operations by their names, which are their ids in the document. */
export type Operations = Readonly<Record<string, Operation>>

type Describe = <Input, Query>(
  path: string,
  takes: Shape<Input>,
  gives: object | undefined,
  summary: string,
  more?: More<Query>,
) => Operation<Input, Query>

const describe =
  (method: Method): Describe =>
  (path, takes, gives, summary, more = {}) => ({
    method,
    path,
    takes,
    gives,
    summary,
    ...more,
    status: more.status ?? (gives ? 200 : 204),
  })

/** A row of a table of operations, by its method. */
export const get: Describe = describe('get')
export const post: Describe = describe('post')
export const put: Describe = describe('put')
export const del: Describe = describe('delete')

/** Operations about one kind of thing: a chapter of the document. */
export interface Chapter {
  readonly tag: string
  readonly description: string
  readonly operations: Operations
}

/** All that is asked in the same words. */
export interface Api {
  /** `v1`, `v3`, …; undefined for what stands beside the versions. */
  readonly version?: string
  /** What all its paths begin with. */
  readonly prefix: string
  /** Sets its operations' ids apart from those of other versions. */
  readonly suffix: string
  readonly chapters: readonly Chapter[]
  /** How it tells errors; undefined where its answers tell by themselves. */
  readonly error?: { readonly type: string; readonly schema: object }
  /** Whether whoever asks must be known. */
  readonly isOpen?: boolean
}
