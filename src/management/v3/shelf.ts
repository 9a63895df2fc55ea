import { randomUUID } from 'node:crypto'
import type { Draft, Shelf } from '../../catalog/index.ts'
import { conflict, KontorError } from '../../errors.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import { type Handler, idResponse } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { idOf, type Node, refused } from './node.ts'
import { readQuery, toCatalogQuery } from './query.ts'
import type { Version } from './version.ts'

interface Kept {
  readonly id: string
  readonly createdAt: Date
}

/** What there is to say about one kind of thing that operators keep. */
export interface Kind<T extends Kept> {
  /** EDC's name for it. */
  readonly type: string
  readonly shelf: Pick<Shelf<T>, 'replace' | 'remove' | 'find' | 'list'> & { create(draft: Draft<T>): Promise<T> }
  /** What a body says, for that id; `before` is what there is already. Throws `invalid`. */
  readonly read: (body: Node, id: string, before: T | undefined) => Promise<Draft<T>>
  readonly write: (thing: T) => JsonObject
}

/** The five things that can be done with what operators keep. */
export function shelfHandlers<T extends Kept>({ type, shelf, read, write }: Kind<T>, { answer }: Version) {
  async function find(id: string): Promise<T> {
    const thing = await shelf.find(id)
    if (!thing) throw objectNotFound(type, id)
    return thing
  }

  const create: Handler = async ({ body }) => {
    const id = idOf(body) ?? randomUUID()
    const draft = await read(body, id, undefined)
    const created = await shelf.create(draft).catch(async error => {
      const taken = error instanceof KontorError && error.code === 'conflict' && (await shelf.find(id))
      throw taken ? conflict(`${type} with ID ${id} already exists`, { cause: error }) : error
    })
    return answer(idResponse(created))
  }

  /** The id stands in the path, or in the body where the path has none. */
  const replace: Handler = async ({ id: inPath, body }) => {
    const id = inPath || idOf(body)
    if (!id) throw refused({ path: '@id', message: `@id of the ${type} is missing` })
    await shelf.replace(await read(body, id, await find(id)))
    return undefined
  }

  const get: Handler = async ({ id }) => write(await find(id))

  const remove: Handler = async ({ id }) => {
    await find(id)
    await shelf.remove(id)
    return undefined
  }

  const list: Handler = async ({ body }) => {
    const found = await shelf.list(toCatalogQuery(readQuery(body)))
    return found.map(write)
  }

  return { create, replace, get, remove, list }
}
