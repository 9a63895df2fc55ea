/** Brings events to programs: signed, in order, at least once (Standard Webhooks, CloudEvents 1.0). */
export type { Webhook } from './store.ts'
export { createWebhooks, type Webhooks } from './webhooks.ts'
