import type { Operation, Operations } from '../operation.ts'

/** A request as handlers see it: the id in its path, what its body or query says, and whose it is. */
export interface Call<Input, Query = unknown> {
  readonly id: string
  readonly input: Input
  /** What the query says beside a body. */
  readonly query: Query
  /** As journals name them. */
  readonly actor: string
  /** A header of the request; empty if it has none of that name. */
  readonly header: (name: string) => string
}

/** An answer that is no JSON. */
export class TextAnswer {
  readonly type: string
  readonly text: string

  constructor(type: string, text: string) {
    this.type = type
    this.text = text
  }
}

/** One endpoint: an operation of the API's tables, and how it is done. */
export interface Endpoint extends Pick<Operation, 'method' | 'path' | 'status' | 'takesDocument'> {
  /** The answer, as JSON, or as the text it is; one that can be read from is a stream of events. */
  readonly handle: (call: Call<unknown>) => Promise<object>
}

/** How each operation of a table is done: a forgotten one does not compile. */
type Handlers<Table extends Operations> = {
  readonly [Name in keyof Table]: (call: CallOf<Table[Name]>) => Promise<object>
}

type CallOf<O extends Operation> = O extends Operation<infer Input, infer Query> ? Call<Input, Query> : never

/** Joins operations with what is done then; a handler gets what its operation's schema lets through. */
export const implement = <Table extends Operations>(table: Table, handlers: Handlers<Table>): Endpoint[] =>
  Object.entries(table).map(([name, { method, path, status, takes, query, takesDocument }]) => {
    // What `takes` and `query` let through is what this very handler takes: the types of all three come from one row.
    const handle = handlers[name] as (call: Call<unknown>) => Promise<object>
    return {
      method,
      path,
      status,
      ...(takesDocument && { takesDocument }),
      handle: ({ input, query: asked, ...call }) =>
        handle({ ...call, input: takes.parse(input), query: query ? query.parse(asked) : {} }),
    }
  })
