import { createSchemas } from '../../jsonld/index.ts'
import { type Chapter, get, post, type Shape } from '../operation.ts'
import { meaning, named, record, type Schema, text, whole } from '../schemas.ts'
import { health } from '../v3/schemas.ts'

const schemas = createSchemas()
const shape = (what: string, schema: Schema): Shape<unknown> => ({ schema, parse: schemas.compile(schema, what) })

const nothing = shape('request', { type: 'object' })
const up = named('Up', record({ status: { const: 'up' } }))
const down = named('Down', record({ status: { const: 'down' }, reason: text }))
const ill = { also: { 503: health } }

/** How the connector is. These are for everybody who reaches the listener: nothing secret is told. */
// biome-ignore format: a table is read by its columns
export const observability: readonly Chapter[] = [
  {
    tag: 'observability',
    description: 'How the connector is; no key needed.',
    operations: {
      isLive:         get('/health/live',         nothing, up,     'Tells that the process is up'),
      isReady:        get('/health/ready',        nothing, up,     'Tells whether the database answers', { also: { 503: down } }),
      checkHealth:    get('/api/check/health',    nothing, health, 'The same in the words of the EDC', ill),
      checkLiveness:  get('/api/check/liveness',  nothing, health, 'Tells that the process is up, in the words of the EDC', ill),
      checkReadiness: get('/api/check/readiness', nothing, health, 'Tells whether the database answers, in the words of the EDC', ill),
      checkStartup:   get('/api/check/startup',   nothing, health, 'Tells whether the connector has started, in the words of the EDC', ill),
      getMetrics:     get('/metrics',             nothing, text,   'Gives counters and gauges for Prometheus', { givesTypes: ['text/plain'] }),
    },
  },
]

/** The description itself. */
export const self: readonly Chapter[] = [
  {
    tag: 'description',
    description: 'What you are reading; no key needed.',
    operations: {
      getOpenApi: get('/openapi.json', nothing, { type: 'object' }, 'Gives this document'),
      getOpenApiAsYaml: get('/openapi.yaml', nothing, { type: 'object' }, 'Gives this document as YAML', {
        givesTypes: ['application/yaml'],
      }),
      getReference: get('/docs', nothing, text, 'Shows this document as a page for people', {
        givesTypes: ['text/html'],
      }),
    },
  },
]

const oauthError = named('OAuthError', record({ error: text, error_description: text }))
const token = named(
  'SelfIssuedToken',
  record({ access_token: text, token_type: { const: 'Bearer' }, expires_in: whole }),
)
const form = shape('form', {
  ...record(
    {
      grant_type: { const: 'client_credentials' },
      client_id: text,
      client_secret: text,
      audience: meaning('a DID', text),
    },
    { bearer_access_scope: text, token: text },
  ),
})

/** Where programs of ours get ID tokens, if the configuration names them. */
export const sts: readonly Chapter[] = [
  {
    tag: 'tokens',
    description:
      'ID tokens for programs of ours (`identity.dcp.stsClients`), by the OAuth 2.0 client credentials grant.',
    operations: {
      issueToken: post('/sts/token', form, token, 'Gives a self-issued ID token', {
        takesTypes: ['application/x-www-form-urlencoded'],
        also: { 400: oauthError, 401: oauthError },
      }),
    },
  },
]
