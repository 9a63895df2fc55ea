import { type Role, roles } from '../../access/index.ts'
import { createSchemas } from '../../jsonld/index.ts'
import type { Shape } from '../operation.ts'
import { orNull } from '../schemas.ts'
import type { PageInput } from './paged.ts'

const schemas = createSchemas()

type Properties = Readonly<Record<string, object>>

/** What a request may say: properties by name, and which of them must be there. */
export function shape<Input>(what: string, properties: Properties, required: readonly string[] = []): Shape<Input> {
  const schema = { type: 'object', additionalProperties: false, properties, required }
  return { schema, parse: schemas.compile<Input>(schema, what) }
}

/** Which page of a list, and what of it; numbers come as text. */
export interface ListInput {
  readonly state?: string
  readonly role?: 'consumer' | 'provider'
  readonly counterparty?: string
  readonly limit?: string
  readonly offset?: string
  /** The `next` of the page before. */
  readonly after?: string
}

/** What begins a negotiation: as consumer a request, as provider an offer. */
export interface BeginInput {
  readonly role?: 'consumer' | 'provider'
  readonly counterparty: string
  readonly address: string
  readonly offer: object
  /** As consumer: what is needed at least, and accepted in answer. */
  readonly needs?: object
}

/** Which obligations are listed. */
export interface ObligationListInput extends ListInput {
  readonly agreement?: string
}

/** That an obligation was fulfilled, or missed: when, and what shows it. */
export interface FulfilmentInput {
  readonly at?: string
  readonly evidence?: unknown
}

/** Who is to be imagined as asking for what. */
export interface SimulationInput {
  readonly dataset: string
  readonly participants?: readonly { readonly id: string; readonly claims?: Readonly<Record<string, unknown>> }[]
  readonly at?: string
}

/** What a new key of the API is to be; without `expiresAt` it works until it is revoked. */
export interface ApiKeyInput {
  readonly name: string
  readonly role: Role
  readonly expiresAt?: string
}

/** Which changes are wanted. */
export interface AuditInput {
  readonly actor?: string
  readonly object?: string
  readonly from?: string
  readonly to?: string
  /** The `next` of the page before. */
  readonly after?: string
  readonly limit?: string
}

/** Which events, and from where on. */
export interface EventInput {
  /** Types or beginnings of types, with commas between them. */
  readonly type?: string
  readonly subject?: string
  readonly process?: string
  readonly after?: string
  readonly limit?: string
}

/** Which entries of the audit's chain are wanted. */
export interface AuditLinesInput {
  readonly after?: string
  readonly limit?: string
}

/** Another participant: its id or a URL, and what else is known of it. */
export interface PeerInput {
  readonly peer: string
  readonly id?: string
  readonly address?: string
}

/** A participant to examine, and what is wanted of it. */
export interface DoctorInput extends PeerInput {
  readonly dataset?: string
  readonly offer?: string
}

/** How a document of what is on offer is given out. */
export interface ExportInput {
  readonly format?: 'json' | 'yaml'
}

/** A document of what is to be on offer: nodes of JSON-LD, below a context for all of them. */
export interface BulkDocument {
  readonly '@context'?: unknown
  readonly '@graph': readonly object[]
}

/** How such a document is applied. */
export interface ApplyInput {
  readonly dryRun?: 'true' | 'false'
  readonly prune?: 'true' | 'false'
}

/** Where events are to be brought. */
export interface WebhookInput {
  readonly url: string
  /** Types or beginnings of types; without them all. */
  readonly types?: readonly string[]
  readonly subject?: string
  readonly process?: string
  /** The event behind which it begins; now if absent. */
  readonly after?: number
}

/** What is to be different about a webhook; null takes a restriction away. */
export interface WebhookChangeInput {
  readonly url?: string
  readonly types?: readonly string[] | null
  readonly subject?: string | null
  readonly process?: string | null
}

/** Where a webhook goes on. */
export interface EnableInput {
  readonly after?: number
}

/** Why something ends or rests. */
export interface ReasonInput {
  readonly reason?: string
}

/** The reason the other side is told. */
export const because = ({ reason = 'decided by the operator' }: ReasonInput): string => reason

/** Schemas of values that occur in many requests. */
export const id = { type: 'string', minLength: 1, maxLength: 2_048 }
const url = { type: 'string', maxLength: 2_048, format: 'http-url', description: 'an http or https URL' }
const role = { enum: ['consumer', 'provider'] }
export const reason = { type: 'string', minLength: 1, maxLength: 1_000 }
const time = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'a date and time with a time zone',
}
const evidence = { description: 'whatever shows it: a text, a reference, a document' }
const participants = {
  type: 'array',
  minItems: 1,
  maxItems: 1_000,
  items: {
    type: 'object',
    additionalProperties: false,
    properties: { id, claims: { type: 'object' } },
    required: ['id'],
  },
}
/** What it has in it is read as JSON-LD, like the bodies of the EDC's API. */
const graph = { type: 'array', maxItems: 10_000, items: { type: 'object' } }
const types = { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 200 } }
const eventNumber = { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 }
const flag = { enum: ['true', 'false'] }
export const limit = {
  type: 'string',
  pattern: '^([1-9][0-9]{0,2}|1000)$',
  description: 'a whole number from 1 to 1000',
}
export const offset = {
  type: 'string',
  pattern: '^([0-9]{1,4}|10000)$',
  description: 'a whole number up to 10000; lists go on further by `after`',
}
const after = { type: 'string', pattern: '^[\\w-]{1,4000}$', description: 'the `next` of the page before' }

const list = (what: string, states: readonly string[]): Shape<ListInput> =>
  shape(what, { state: { enum: states }, role, counterparty: id, limit, offset, after })

/** It stands in journals and logs. */
const keyName = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$',
  description: 'letters, digits, dots, dashes, underscores and @, at most 100',
}

/** A place in the chain of the audit. */
const place = { type: 'string', pattern: '^[0-9]{1,15}$', description: 'the `next` of the page before' }

/** What the requests of this API may say, by name. */
export const shapes = {
  nothing: shape<object>('request', {}),
  auditList: shape<AuditInput>('query', { actor: id, object: id, from: time, to: time, after: place, limit }),
  auditLines: shape<AuditLinesInput>('query', { after: place, limit }),
  page: shape<PageInput>('query', { limit, offset }),
  apiKey: shape<ApiKeyInput>('key', { name: keyName, role: { enum: roles }, expiresAt: time }, ['name', 'role']),
  negotiationList: list('query', ['REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED', 'TERMINATED']),
  transferList: list('query', ['REQUESTED', 'STARTED', 'SUSPENDED', 'COMPLETED', 'TERMINATED']),
  agreementList: shape<ListInput>('query', { role, counterparty: id, limit, offset, after }),
  obligationList: shape<ObligationListInput>('query', {
    state: { enum: ['inactive', 'pending', 'fulfilled', 'violated'] },
    role,
    counterparty: id,
    agreement: id,
    limit,
    offset,
    after,
  }),
  fulfilment: shape<FulfilmentInput>('fulfilment', { at: time, evidence }),
  export: shape<ExportInput>('query', { format: { enum: ['json', 'yaml'] } }),
  apply: shape<BulkDocument>('document', { '@context': {}, '@graph': graph }, ['@graph']),
  applying: shape<ApplyInput>('query', { dryRun: flag, prune: flag }),
  simulation: shape<SimulationInput>('simulation', { dataset: id, participants, at: time }, ['dataset']),
  begin: shape<BeginInput>(
    'negotiation',
    { role, counterparty: id, address: url, offer: { type: 'object' }, needs: { type: 'object' } },
    ['counterparty', 'address', 'offer'],
  ),
  counter: shape<{ readonly offer: object }>('counter-offer', { offer: { type: 'object' } }, ['offer']),
  reason: shape<ReasonInput>('request', { reason }),
  events: shape<EventInput>('query', {
    type: {
      type: 'string',
      maxLength: 4_000,
      pattern: '^[a-z.,* -]+$',
      description: 'types of events with commas between them, or beginnings such as negotiation.*',
    },
    subject: id,
    process: id,
    after: { type: 'string', pattern: '^[0-9]{1,15}$', description: 'the number of an event, or 0' },
    limit,
  }),
  peer: shape<PeerInput>('peer', { peer: id, id, address: url }, ['peer']),
  doctor: shape<DoctorInput>('peer', { peer: id, id, address: url, dataset: id, offer: id }, ['peer']),
  webhook: shape<WebhookInput>('webhook', { url, types, subject: id, process: id, after: eventNumber }, ['url']),
  webhookChange: shape<WebhookChangeInput>('change', {
    url,
    types: orNull(types),
    subject: orNull(id),
    process: orNull(id),
  }),
  webhookPlace: shape<EnableInput>('request', { after: eventNumber }, ['after']),
  webhookEnable: shape<EnableInput>('request', { after: eventNumber }),
  edr: shape<{ readonly fresh?: 'true' | 'false' }>('query', { fresh: flag }),
} as const
