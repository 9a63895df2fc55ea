import { randomUUID } from 'node:crypto'
import { Secret } from '../../config/types.ts'
import { conflict, KontorError } from '../../errors.ts'
import type { SecretDraft } from '../../keys/index.ts'
import type { Given } from '../given.ts'
import { type Handler, idResponse } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { idOf, missingValue, type Node, plain, refused, valuesOf } from './node.ts'
import type { Version } from './version.ts'
import { EDC } from './words.ts'

/** Longer than any key or certificate chain that is meant; characters. */
const LONGEST_VALUE = 100_000

/** Secrets by name, as EDC's `secrets`; unlike there, their values are never told again. */
export function secretHandlers({ secrets }: Pick<Given, 'secrets'>, { answer }: Version) {
  const create: Handler = async ({ body }) => {
    const draft = { id: idOf(body) ?? randomUUID(), value: readValue(body) }
    const created = await secrets.create(draft).catch(error => Promise.reject(translate(error, draft)))
    return answer(idResponse(created))
  }

  const replace: Handler = async ({ body }) => {
    const id = idOf(body)
    if (id === undefined) throw refused({ path: '@id', message: '@id of the Secret is missing' })
    const draft = { id, value: readValue(body) }
    await secrets.replace(draft).catch(error => Promise.reject(translate(error, draft)))
    return undefined
  }

  const get: Handler = async ({ id }) => {
    const secret = await secrets.find(id)
    if (!secret) throw objectNotFound('Secret', id)
    return answer({ '@type': 'Secret', '@id': id })
  }

  const remove: Handler = async ({ id }) => {
    await secrets.remove(id).catch(error => Promise.reject(translate(error, { id })))
    return undefined
  }

  return { create, replace, get, remove }
}

/** The value as it came: blanks at its ends may belong to it. */
function readValue(body: Node): Secret {
  const path = `${EDC}value`
  const [value] = valuesOf(body, 'value').map(plain)
  if (typeof value !== 'string' || value.trim() === '') throw refused(missingValue(path))
  if (value.length > LONGEST_VALUE)
    throw refused({ path, message: `'${path}' is longer than ${LONGEST_VALUE} characters` })
  return new Secret(value)
}

/** What is wrong, in EDC's words. */
function translate(error: unknown, { id }: Pick<SecretDraft, 'id'>): unknown {
  if (!(error instanceof KontorError)) return error
  if (error.code === 'conflict') return conflict(`Secret with ID ${id} already exists`, { cause: error })
  return error.code === 'not-found' ? objectNotFound('Secret', id) : error
}
