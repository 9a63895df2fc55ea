import type { Client } from '../../http/index.ts'
import { compileForeignSchema, isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { ask } from '../asking.ts'
import { createCache } from '../cache.ts'
import { Rejection } from '../rejection.ts'
import type { Statements } from './statements.ts'

/** What becomes of credentials that name a schema: they are checked against it, refused, or taken without a look at it. */
export type SchemaRule = 'check' | 'refuse' | 'ignore'

/** Checks a credential against the schemas it names. Throws a `Rejection`. */
export type CheckSchemas = (statements: Statements) => Promise<void>

/** A schema is far smaller; bytes. */
const largest = 256 * 1024
/** How long a schema is kept, and how long one that cannot be had is left in peace; ms. */
const keepFor = 3_600_000
const missFor = 10_000

const reasons = { unreachable: 'schema-unusable', tooLarge: 'schema-unusable' } as const

/** What a schema of that type is about. The one of the data model 1.1 was never settled; peers mean the subject by it. */
const judged: Readonly<Record<string, (statements: Statements) => JsonObject>> = {
  JsonSchema: ({ credential }) => credential,
  JsonSchemaValidator2018: ({ subject }) => subject,
}

/** Checks credentials by JSON Schemas that are fetched by the guarded client, and kept. */
export function createCheckSchemas(given: {
  request: Client['request']
  rule: SchemaRule
  now: () => Date
}): CheckSchemas {
  const { request, rule, now } = given
  const cache = createCache<(value: unknown) => boolean>({ most: 200, now, missFor })

  async function load(url: string) {
    const { status, body } = await ask(
      request,
      { method: 'GET', url, headers: { accept }, maxResponse: largest },
      reasons,
    )
    if (status !== 200 || !isJsonObject(body)) throw unusable(`${url} gave no schema`)
    return { value: compile(body, url), until: now().getTime() + keepFor }
  }

  async function check(statements: Statements, schema: JsonObject): Promise<void> {
    const { id, type } = schema
    const select = typeof type === 'string' && Object.hasOwn(judged, type) ? judged[type] : undefined
    if (select === undefined || typeof id !== 'string') throw unusable('it is of a type that we do not know')
    const fits = await cache.get(id, () => load(id))
    if (!judge(() => fits(select(statements)), id))
      throw new Rejection('credential-schema', `The credential does not fit the schema ${id}.`)
  }

  return async statements => {
    const { schemas } = statements
    if (schemas.length === 0 || rule === 'ignore') return
    if (rule === 'refuse') throw unusable('the setting identity.dcp.schemas refuses credentials with a schema')
    if (schemas.length > mostSchemas) throw unusable(`there are more than ${mostSchemas}`)
    for (const schema of schemas) await check(statements, schema)
  }
}

const accept = 'application/schema+json, application/json;q=0.9'
const mostSchemas = 5

function compile(schema: JsonObject, url: string) {
  try {
    return compileForeignSchema(schema)
  } catch (error) {
    throw unusable(`${url} is no schema that stands alone`, error)
  }
}

/** Whoever wrote the schema may have written one that is not done in time, for this credential. */
function judge(fits: () => boolean, url: string): boolean {
  try {
    return fits()
  } catch (error) {
    throw unusable(`${url} cannot be applied`, error)
  }
}

const unusable = (why: string, cause?: unknown): Rejection =>
  new Rejection('schema-unusable', `The credential’s schema cannot be used: ${why}.`, cause)
