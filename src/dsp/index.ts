/** The Dataspace Protocol's envelope: messages, how they come in, how they go out, how errors are told. */
export { type ErrorType, reasonOf, reasonsOf } from './errors.ts'
export * from './messages.ts'
export { createParseMessage, type ParseMessage } from './parse-message.ts'
export { createReceive, type PoliciesOf, type Receive, type Received } from './receive.ts'
export { createSend, type Delivery, joinUrl, type Send } from './send.ts'
export { createTurnstile } from './turnstile.ts'
export type { About, Authorize, Counterparty, VerifySender } from './types.ts'
export { createDiscover, PROTOCOL_PATH, versionResponse } from './versions.ts'
