import { get, post } from '../../operation.ts'
import { flag, listOf, meaning, named, orNull, record, text, time, whole } from '../../schemas.ts'
import { shapes } from '../shapes.ts'
import { attempt, shortPageOf } from './common.ts'

const properties = {
  id: text,
  url: text,
  types: meaning('Types of events or beginnings of types; null means all.', orNull(listOf(text))),
  subject: meaning('The id of what events are about; null means whatever it is.', orNull(text)),
  process: meaning('A negotiation or transfer, with what concerns its agreement; null means all.', orNull(text)),
  enabled: flag,
  disabledReason: orNull(text),
  place: meaning('The number of the last event that it has taken, or that is not for it.', whole),
  deliveredAt: meaning('When it last took one.', orNull(time)),
  delivery: named(
    'WebhookDelivery',
    record({
      attempts: meaning('How often the next event was tried in vain.', whole),
      failingSince: orNull(time),
      lastError: orNull(text),
      nextAttempt: orNull(time),
      deadline: meaning('When it is disabled, unless it takes something before.', orNull(time)),
    }),
  ),
  createdAt: time,
  updatedAt: time,
}

const webhook = named('Webhook', record(properties))
const withSecret = named(
  'WebhookWithSecret',
  record({ ...properties, secret: meaning('What messages are signed with: it is told here, and never again.', text) }),
)
const webhooks = named('Webhooks', shortPageOf(webhook))
const attempts = named('WebhookAttempts', record({ items: listOf(attempt) }))
const removed = named('RemovedWebhook', record({ id: text, removed: flag }))

const { page, nothing, reason, webhook: wish, webhookChange, webhookPlace } = shapes
const example = { url: 'https://events.example/kontor', types: ['negotiation.finalized', 'transfer.*'] }
const signed = `Each event is a CloudEvent, posted as \`application/cloudevents+json\` and signed as Standard Webhooks has it: \`webhook-id\`,
\`webhook-timestamp\`, \`webhook-signature\`. Events come in order, one at a time, at least once.`

/** Where events are brought to. */
// biome-ignore format: a table is read by its columns
export const webhookOperations = {
  listWebhooks:    get( '/webhooks',               page,          webhooks,   'Lists where events are brought to, and how it stands'),
  createWebhook:   post('/webhooks',               wish,          withSecret, 'Has events brought to a URL from now on, and tells the secret once', { status: 201, example, description: signed }),
  getWebhook:      get( '/webhooks/:id',           nothing,       webhook,    'Shows one'),
  listAttempts:    get( '/webhooks/:id/attempts',  nothing,       attempts,   'Lists the latest attempts to bring it something, the last one first'),
  pingWebhook:     post('/webhooks/:id/ping',      nothing,       attempt,    'Brings it a message that says nothing, at once, and tells what came of it'),
  changeWebhook:   post('/webhooks/:id/change',    webhookChange, webhook,    'Changes its URL, or what it is told of; null takes a restriction away', { example: { types: ['agreement.*'] } }),
  rotateWebhook:   post('/webhooks/:id/rotate',    nothing,       withSecret, 'Makes a new secret; for a day messages are signed by both'),
  redeliverEvents: post('/webhooks/:id/redeliver', webhookPlace,  webhook,    'Brings again what came behind an event', { example: { after: 0 } }),
  enableWebhook:   post('/webhooks/:id/enable',    shapes.webhookEnable, webhook, 'Goes on where it was, or behind another event'),
  disableWebhook:  post('/webhooks/:id/disable',   reason,        webhook,    'Brings nothing until it is enabled'),
  removeWebhook:   post('/webhooks/:id/remove',    nothing,       removed,    'Removes it'),
} as const
