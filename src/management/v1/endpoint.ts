import type { Shape } from './shapes.ts'

/** A request as handlers see it: the id in its path, what its body or query says, and whose it is. */
export interface Call<Input> {
  readonly id: string
  readonly input: Input
  /** As journals name them. */
  readonly actor: string
}

/** One endpoint: a row of the API's table, and later a paragraph of its description. */
export interface Endpoint {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly schema: object
  /** Of the answer, when all is well. */
  readonly status: number
  readonly handle: (call: Call<unknown>) => Promise<object>
}

/** Joins a path with what may be said there and what is done then. */
export const endpoint = <Input>(
  method: Endpoint['method'],
  path: string,
  { schema, parse }: Shape<Input>,
  handle: (call: Call<Input>) => Promise<object>,
  status = 200,
): Endpoint => ({
  method,
  path,
  schema,
  status,
  handle: ({ input, ...call }) => handle({ ...call, input: parse(input) }),
})
