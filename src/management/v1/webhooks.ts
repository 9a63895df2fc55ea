import { invalid } from '../../errors.ts'
import { typesLike } from '../../events/index.ts'
import type { Webhook } from '../../webhooks/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { webhookOperations } from './operations/webhooks.ts'
import { pagedBy } from './paged.ts'
import { because, type EnableInput, type WebhookChangeInput, type WebhookInput } from './shapes.ts'

/** Where events are brought to. */
export function webhookEndpoints({ webhooks, events: { tail } }: Pick<Given, 'webhooks' | 'events'>): Endpoint[] {
  const show = (webhook: Webhook) => shown(webhook, webhooks.deadlineOf(webhook))

  /** A place among the events that there is. */
  async function placeOf(after: number | undefined): Promise<number | undefined> {
    if (after !== undefined && after > (await tail.bounds()).last)
      throw invalid('There is no such event.', {
        faults: [{ path: '/after', message: 'no event has that number yet' }],
      })
    return after
  }

  async function create({ after, ...wish }: WebhookInput) {
    demandTypes(wish.types)
    const { webhook, secret } = await webhooks.create({ ...wish, after: await placeOf(after) })
    return { ...show(webhook), secret }
  }

  async function change(id: string, wish: WebhookChangeInput) {
    demandTypes(wish.types ?? [])
    return show(await webhooks.change(id, wish))
  }

  async function rotate(id: string) {
    const { webhook, secret } = await webhooks.rotate(id)
    return { ...show(webhook), secret }
  }

  async function enable(id: string, { after }: EnableInput) {
    return show(await webhooks.enable(id, await placeOf(after)))
  }

  async function remove(id: string) {
    await webhooks.remove(id)
    return { id, removed: true }
  }

  // biome-ignore format: a table is read by its columns
  return implement(webhookOperations, {
    listWebhooks:    ({ input }) => pagedBy(input, webhooks.list, show),
    createWebhook:   ({ input }) => create(input),
    getWebhook:      async ({ id }) => show(await webhooks.get(id)),
    listAttempts:    async ({ id }) => ({ items: await webhooks.attempts(id) }),
    pingWebhook:     ({ id }) => webhooks.ping(id),
    changeWebhook:   ({ id, input }) => change(id, input),
    rotateWebhook:   ({ id }) => rotate(id),
    redeliverEvents: ({ id, input }) => enable(id, input),
    enableWebhook:   ({ id, input }) => enable(id, input),
    disableWebhook:  async ({ id, input }) => show(await webhooks.disable(id, because(input))),
    removeWebhook:   ({ id }) => remove(id),
  })
}

function demandTypes(types: readonly string[] | undefined): void {
  const faults = (types ?? []).flatMap((type, index) =>
    typesLike(type)
      ? []
      : [{ path: `/types/${index}`, message: 'is no type of event: GET /management/v1/event-types' }],
  )
  if (faults.length > 0) throw invalid('There are no such events.', { faults })
}

/** What is told of a webhook; never its secret. */
function shown(webhook: Webhook, deadline: Date | null) {
  const { id, url, types, subject, process, enabled, disabledReason, place, deliveredAt, createdAt, updatedAt } =
    webhook
  const { attempts, failingSince, lastError, nextAttempt } = webhook
  const delivery = { attempts, failingSince, lastError, nextAttempt, deadline }
  return {
    id,
    url,
    types,
    subject,
    process,
    enabled,
    disabledReason,
    place,
    deliveredAt,
    delivery,
    createdAt,
    updatedAt,
  }
}
