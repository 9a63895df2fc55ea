import type { JsonObject } from '../../jsonld/index.ts'
import type { Node } from './node.ts'

/** A request as handlers see it. */
interface Call {
  /** The id in the path; empty where the path has none. */
  readonly id: string
  /** The body, expanded; empty if there was none. */
  readonly body: Node
  /** Whose request it is, as journals name them. */
  readonly actor: string
}

/** Answers a request: what it gives is sent as JSON with 200, nothing at all as 204. */
export type Handler = (call: Call) => Promise<JsonObject | readonly JsonObject[] | undefined>

/** What creating anything answers. */
export const idResponse = ({ id, createdAt }: { readonly id: string; readonly createdAt: Date }): JsonObject => ({
  '@type': 'IdResponse',
  '@id': id,
  createdAt: createdAt.getTime(),
})
