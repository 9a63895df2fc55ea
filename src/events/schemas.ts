/** What the data of an event says, by the shape that its type has. */
export interface DataOf {
  readonly process: About & {
    /** Who did it: a participant's id, `operator`, a decider's name. */
    readonly actor: string
    /** What the journal calls it; `ended` where a process ends without a further message. */
    readonly cause: 'received' | 'sent' | 'acknowledged' | 'decided' | 'commanded' | 'refused' | 'gave-up' | 'ended'
    /** The message or move it is about. */
    readonly message: string | null
    readonly reasons: readonly string[]
    /** SHA-256, hex, of the message as JSON with sorted members. */
    readonly digest: string | null
    /** The place of this in the journal of the process, and the hash there. */
    readonly journal: { readonly seq: number; readonly hash: string } | null
  }
  readonly delivery: About & {
    /** What is to be done: `send` a message, set the data `flow`, `ask` a webhook, … */
    readonly lane: string
    readonly error: string
    readonly nextAttempt: string
    /** When a message is given up, and with it the process; null for other work, which is tried for ever. */
    readonly deadline: string | null
  }
  readonly agreement: {
    readonly role: 'consumer' | 'provider'
    readonly counterparty: string
    readonly dataset: string
    readonly negotiation: string
    readonly actor: string
    readonly reason: string | null
  }
  readonly obligation: {
    readonly agreement: string
    readonly negotiation: string
    readonly role: 'consumer' | 'provider'
    readonly counterparty: string
    readonly action: string
    /** JSON pointer into the agreement. */
    readonly path: string
    readonly due: string | null
    readonly actor: string
  }
  readonly thing: { readonly id: string }
  readonly webhook: { readonly url: string; readonly reason: string }
  readonly credential: {
    readonly issuer: string
    readonly types: readonly string[]
    readonly request: string | null
    readonly reason: string | null
  }
  readonly issuance: {
    readonly holder: string
    readonly by: 'rule' | 'operator'
    readonly credential: string | null
    readonly reason: string | null
  }
  readonly 'gaia-x': {
    /** What was to be done, or to hold. */
    readonly task: 'attestation' | 'validity' | 'announcement' | 'publication' | 'description' | 'self-description'
    /** Of the credential, without a prefix: `LabelCredential`, `VatID`, …; null where it is about several. */
    readonly type: string | null
    readonly issuer: string | null
    /** Of a label. */
    readonly level: string | null
    readonly validUntil: string | null
    readonly reason: string | null
  }
}

/** Which process, and how it stands. */
interface About {
  readonly role: 'consumer' | 'provider'
  readonly counterparty: string
  /** Afterwards; null before the first message is acknowledged. */
  readonly state: string | null
  readonly dataset: string | null
  readonly agreement: string | null
}

/** The name of a shape of data. */
export type Shape = keyof DataOf

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const instant = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$'
const time = { type: 'string', pattern: instant }
const timeOrNull = { type: ['string', 'null'], pattern: instant }
const role = { enum: ['consumer', 'provider'] }
const texts = { type: 'array', items: text }
const about = { role, counterparty: text, state: textOrNull, dataset: textOrNull, agreement: textOrNull }

const place = {
  type: ['object', 'null'],
  properties: { seq: { type: 'integer', minimum: 1 }, hash: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
  required: ['seq', 'hash'],
}
const causes = ['received', 'sent', 'acknowledged', 'decided', 'commanded', 'refused', 'gave-up', 'ended']

const properties: { readonly [S in Shape]: { readonly [P in keyof DataOf[S]]: object } } = {
  process: {
    ...about,
    actor: text,
    cause: { enum: causes },
    message: textOrNull,
    reasons: texts,
    digest: textOrNull,
    journal: place,
  },
  delivery: { ...about, lane: text, error: text, nextAttempt: time, deadline: timeOrNull },
  agreement: { role, counterparty: text, dataset: text, negotiation: text, actor: text, reason: textOrNull },
  obligation: {
    agreement: text,
    negotiation: text,
    role,
    counterparty: text,
    action: text,
    path: text,
    due: timeOrNull,
    actor: text,
  },
  thing: { id: text },
  webhook: { url: text, reason: text },
  credential: { issuer: text, types: texts, request: textOrNull, reason: textOrNull },
  issuance: { holder: text, by: { enum: ['rule', 'operator'] }, credential: textOrNull, reason: textOrNull },
  'gaia-x': {
    task: { enum: ['attestation', 'validity', 'announcement', 'publication', 'description', 'self-description'] },
    type: textOrNull,
    issuer: textOrNull,
    level: textOrNull,
    validUntil: timeOrNull,
    reason: textOrNull,
  },
}

/** The JSON Schema of a shape. More members may come, so readers are not told that there are none. */
const schemaOf = (shape: Shape): object => ({
  $id: dataSchemaId(shape),
  type: 'object',
  properties: properties[shape],
  required: Object.keys(properties[shape]),
})

/** What an event names as its `dataschema`. The number would change with what is no mere addition. */
export const dataSchemaId = (shape: Shape): string => `urn:kontor:event-data:${shape}:1`

/** The JSON Schemas of all data, by shape. */
export const dataSchemas: Readonly<Record<Shape, object>> = {
  process: schemaOf('process'),
  delivery: schemaOf('delivery'),
  agreement: schemaOf('agreement'),
  obligation: schemaOf('obligation'),
  thing: schemaOf('thing'),
  webhook: schemaOf('webhook'),
  credential: schemaOf('credential'),
  issuance: schemaOf('issuance'),
  'gaia-x': schemaOf('gaia-x'),
}
