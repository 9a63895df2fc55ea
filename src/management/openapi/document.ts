import type { JsonObject } from '../../jsonld/index.ts'
import { version } from '../../package-files.ts'
import type { Api, Operation } from '../operation.ts'
import { isLooking, roleFor } from '../permissions.ts'
import { createComponents, type Name } from './components.ts'
import { type Links, linksOf } from './links.ts'
import { problem } from './problem.ts'

const description = `The operator's API of a Kontor connector. \`/management/v1\` speaks the Dataspace Protocol's own words in plain JSON;
the other versions speak the words of the Eclipse Dataspace Connector (EDC), so that programs written for it work here.

Bodies are checked by the very schemas that are shown here. \`x-role\` is the least role that a key must have: \`read\`, \`steward\` or \`operator\`.`

/**
 * Everything that can be asked of the management listener, as an OpenAPI 3.1 document. It is made of the tables by which requests are
 * checked, and says the same of every connector of this version.
 */
export function openApiDocument(apis: readonly Api[]): JsonObject {
  const { name, schemas } = createComponents()
  const paths: Record<string, JsonObject> = {}
  for (const api of apis) {
    const links = linksOf(api)
    for (const { tag, operations } of api.chapters)
      for (const [id, operation] of Object.entries(operations)) {
        const path = `${api.prefix}${operation.path.replace(/:(\w+)/g, '{$1}')}`
        paths[path] = {
          ...paths[path],
          [operation.method]: describe({ name, api, links }, `${id}${api.suffix}`, tag, operation),
        }
      }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Kontor management API',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The management listener.' }],
    tags: apis.flatMap(({ chapters }) => chapters.map(({ tag, description }) => ({ name: tag, description }))),
    security: [{ apiKey: [] }, { accessToken: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description:
            'A key made with `POST /management/v1/api-keys`, or that of the setting `management.apiKey`, whose role is `operator`.',
        },
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of the OpenID provider of the settings `management.oidc`, if there is one.',
        },
      },
      responses: { ...refusalsOf(name, apis), HeadersTooLarge: headersTooLarge(name) },
      schemas: schemas(),
    },
  }
}

/** What operations of one API are described with. */
interface Desk {
  readonly name: Name
  readonly api: Api
  readonly links: Links
}

function describe({ name, api, links }: Desk, operationId: string, tag: string, operation: Operation): JsonObject {
  const { summary, description, method, path } = operation
  const role = api.version && roleFor(api.version, method, path)
  const changes = method === 'post' && api.version !== undefined && isLooking(api.version, method, path) === false
  const parameters = [
    ...pathParameters(operation),
    ...queryParameters(name, operation),
    ...(changes ? [idempotencyKey] : []),
  ]
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(api.isOpen && { security: [] }),
    ...(role && { 'x-role': role }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(operation) && { requestBody: requestBody(name, operation) }),
    responses: {
      [operation.status]: { ...answer(name, operation), ...withLinks(links.get(operationId)) },
      ...others(name, operation),
      ...refusals(api, operation),
    },
  }
}

/** What is asked for twice by the same key is done once. */
const idempotencyKey: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A name for this request: the same again is answered as before, and not done again; 422 if the name came with another request. An empty one is none.',
  schema: { type: 'string', maxLength: 255, pattern: '^[\\x21-\\x7e]*$' },
}

const hasBody = ({ method }: Operation): boolean => method === 'post' || method === 'put'

const pathParameters = ({ path }: Operation): readonly JsonObject[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 2_048 },
  }))

/** An object as JSON Schema has it, as far as it is looked into here. */
interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
  readonly required?: readonly string[]
}

function queryParameters(name: Name, operation: Operation): readonly JsonObject[] {
  const asked = hasBody(operation) ? operation.query : operation.takes
  const { properties = {}, required = [] }: ObjectSchema = asked?.schema ?? {}
  return Object.entries(properties).map(([parameter, schema]) => ({
    name: parameter,
    in: 'query',
    required: required.includes(parameter),
    ...(schema.description && { description: schema.description }),
    schema: name(schema),
  }))
}

const bodyTypes = (takesDocument: true | undefined): readonly string[] => [
  'application/json',
  ...(takesDocument ? ['application/yaml'] : []),
]

/** No body at all says as much as an empty one. */
function requestBody(
  name: Name,
  { takes, example, mayBeEmpty, takesDocument, takesTypes = bodyTypes(takesDocument) }: Operation,
): JsonObject {
  const content = { schema: name(takes.schema), ...(example && { example }) }
  return {
    required: !mayBeEmpty && isNeeded(takes.schema),
    content: Object.fromEntries(takesTypes.map(type => [type, content])),
  }
}

function isNeeded(schema: ObjectSchema & { readonly anyOf?: readonly ObjectSchema[] }): boolean {
  const { required = [], anyOf = [] } = schema
  return required.length > 0 || (anyOf[0] !== undefined && isNeeded(anyOf[0]))
}

function answer(name: Name, { gives, givesTypes = ['application/json'] }: Operation): JsonObject {
  if (!gives) return { description: 'Done.' }
  const content = { schema: name(gives) }
  return { description: 'Done.', content: Object.fromEntries(givesTypes.map(type => [type, content])) }
}

const withLinks = (links: JsonObject = {}): JsonObject => (Object.keys(links).length > 0 ? { links } : {})

const others = (name: Name, { also = {} }: Operation): JsonObject =>
  Object.fromEntries(
    Object.entries(also).map(([status, schema]) => [
      status,
      { description: 'Not so.', content: { 'application/json': { schema: name(schema) } } },
    ]),
  )

/** The refusals that everybody should be ready for; `default` stands for all others, in the same words. */
function refusals({ error, isOpen, suffix }: Api, { path, method }: Operation): JsonObject {
  if (!error) return {}
  const told = (name: keyof typeof refused) => ({ $ref: `#/components/responses/${name}${suffix}` })
  return {
    400: told('Invalid'),
    ...(!isOpen && { 401: told('Unauthenticated'), 403: told('Forbidden'), 429: told('TooMany') }),
    ...(path.includes(':') && { 404: told('NotFound') }),
    ...(method !== 'get' && { 409: told('Conflict') }),
    431: { $ref: '#/components/responses/HeadersTooLarge' },
    default: told('Refused'),
  }
}

const refused = {
  Invalid: 'What was said cannot be understood, or not be done.',
  Unauthenticated: 'Nobody we know: the key is missing or wrong.',
  Forbidden: 'Known, but its role does not suffice: see `x-role`.',
  TooMany:
    'More than a caller may send, or too many failed attempts from its address: `Retry-After` tells when to come again.',
  NotFound: 'It does not exist.',
  Conflict: 'It stands against what is there, or does not fit the state it is in.',
  Refused: 'Something else stands against it: the error says what.',
} as const

/** Nobody has looked yet at what was asked, so it is told in the words of none of the EDC's versions. */
const headersTooLarge = (name: Name): JsonObject => ({
  description: 'The path or the headers are longer than we take.',
  content: { 'application/problem+json': { schema: name(problem) } },
})

/** Each refusal in the words of each API. */
const refusalsOf = (name: Name, apis: readonly Api[]): JsonObject =>
  Object.fromEntries(
    apis.flatMap(({ error, suffix }) =>
      Object.entries(error ? refused : {}).map(([key, description]) => [
        `${key}${suffix}`,
        { description, content: error && { [error.type]: { schema: name(error.schema) } } },
      ]),
    ),
  )
