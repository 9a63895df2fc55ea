/**
 * Brings events to programs, at least once, in order: to webhooks, signed (Standard Webhooks, CloudEvents 1.0), and to those who were named when
 * a process was begun.
 */
export { type Attempt, deleteAttempts } from './attempts.ts'
export type { CallbackMessage } from './callback-store.ts'
export { type Callbacks, type CallbackWords, createCallbacks, type ShownCallback } from './callbacks.ts'
export type { Webhook } from './store.ts'
export { createWebhooks, type Webhooks } from './webhooks.ts'
