import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { apis, managementDocument } from '../../src/management/openapi/index.ts'
import type { Api, Operation } from '../../src/management/operation.ts'

/** An operation of the document, and the words of its API. */
interface Described {
  readonly id: string
  readonly api: Api
  readonly operation: Operation
  readonly method: string
  /** As routers write it, from the root. */
  readonly path: string
}

/** Everything that is described. */
export const described: readonly Described[] = apis.flatMap(api =>
  api.chapters.flatMap(({ operations }) =>
    Object.entries(operations).map(([name, operation]) => ({
      id: `${name}${api.suffix}`,
      api,
      operation,
      method: operation.method.toUpperCase(),
      path: `${api.prefix}${operation.path}`,
    })),
  ),
)

const ajv = new Ajv2020({ strictTypes: false, allErrors: true, validateFormats: false })

const compiled = new WeakMap<object, ValidateFunction>()

/** What is wrong with a value by a schema, in a line; undefined if nothing is. What the schema does not name must not be there. */
export function faultsBy(schema: object, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(closed(schema))
  compiled.set(schema, validate)
  return validate(value) ? undefined : ajv.errorsText(validate.errors)
}

/** The schema, with every object that names its properties closed to others. */
function closed(schema: object): object {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    return typeof value === 'object' && value !== null ? closed(value) : value
  }
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, walk(value)]))
  return 'properties' in inside && inside.type === 'object' && !('additionalProperties' in inside)
    ? { ...inside, additionalProperties: false }
    : inside
}

/** The operation that a request is for. */
function operationAt(method: string, path: string): Described | undefined {
  const [bare = ''] = path.split('?')
  const fits = (each: Described) =>
    each.method === method && new RegExp(`^${each.path.replace(/:\w+/g, '[^/]+')}$`).test(bare)
  return described.find(fits)
}

/**
 * Holds the description to the truth: throws if an answer is not what the document says of it. `path` is the whole path of the
 * request, `body` the JSON that came back.
 */
export function checkAnswer(
  method: string,
  path: string,
  answer: { status: number; type: string | null; body: unknown },
) {
  const found = operationAt(method, path)
  if (!found) return
  const { operation, api, id } = found
  const { status, type, body } = answer
  const wrong = (what: string) => new Error(`${id} is not described as it is, ${status}: ${what}`)
  if (status >= 400) {
    if (!api.error) return
    if (!type?.startsWith(api.error.type)) throw wrong(`errors come as ${type}`)
    const faults = faultsBy(api.error.schema, body)
    if (faults) throw wrong(faults)
  } else {
    if (status !== operation.status) throw wrong(`it should be ${operation.status}`)
    const faults = operation.gives ? faultsBy(operation.gives, body) : body === undefined ? undefined : 'it has a body'
    if (faults) throw wrong(faults)
  }
}

/** The document as it is served. */
export const document = managementDocument()
