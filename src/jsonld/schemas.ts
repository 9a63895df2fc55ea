import { Ajv2019 } from 'ajv/dist/2019.js'
import { invalid } from '../errors.ts'
import { explainFaults, summarise } from './faults.ts'

/** Gives the value back, believed from here on; throws `invalid` (400) with up to ten faults if it is not what the schema says. */
export type Parse<T> = (value: unknown) => T

/** Compiles JSON Schemas (draft 2019-09), each at its first use and then never again. */
export interface Schemas {
  /**
   * `what` names the thing in errors: "The asset is not valid at /name. It is missing." `T` must say the same as the schema.
   *
   * Beside the standard's keywords there are the formats `date-time`, `http-url` and `id` (short enough for a database's index); a `description` beside a `pattern`, a `format`, a
   * `not` or alternatives ends the error message ("It must be …").
   *
   *     const parse = createSchemas().compile<{ name: string }>({ type: 'object', required: ['name'] }, 'pet')
   */
  compile<T>(schema: object, what: string): Parse<T>
}

/** `shared` are schemas that others refer to by their `$id`. */
export function createSchemas(shared: readonly object[] = []): Schemas {
  const create = once(() => createAjv(shared))
  return {
    compile<T>(schema: object, what: string): Parse<T> {
      const compiled = once(() => create().compile<T>(schema))
      return value => {
        const validate = compiled()
        if (validate(value)) return value
        const faults = explainFaults(validate.errors ?? [])
        throw invalid(summarise(what, faults), { faults })
      }
    },
  }
}

function createAjv(shared: readonly object[]): Ajv2019 {
  // allErrors: a person mends all faults at once. Bodies are bounded, and so are the errors in them.
  const ajv = new Ajv2019({ allErrors: true, verbose: true, strictTypes: false, logger: false })
  ajv.addFormat('http-url', isHttpUrl)
  ajv.addFormat('id', isId)
  ajv.addFormat('date-time', isMoment)
  for (const schema of shared) ajv.addSchema(schema)
  return ajv
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

/** A moment that there is: no clock has ever shown 25. */
const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text))

/** PostgreSQL's indexes take 2,704 bytes, and what an id stands beside needs some of them. A character may be four. */
const LONGEST_ID = 2_048

const isId = (text: string): boolean => Buffer.byteLength(text) <= LONGEST_ID

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
