import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type Koa from 'koa'
import { KontorError } from '../errors.ts'

/** How an error is answered in the words of one protocol. `body` is sent as JSON. */
export interface Rendered {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Says an error in the words of one protocol. */
export type Render = (error: KontorError, ctx: Koa.Context) => Rendered

/** Hears of an error that nobody threw on purpose, with the id that the answer names. */
export type Unexpected = (error: unknown, ctx: Koa.Context, requestId: string) => void

/** The rendering of our own APIs: problem details of RFC 9457, with our stable code and the faults of the input. */
export function problem(error: KontorError): Rendered {
  const { code, status, message: detail, faults } = error
  const title = STATUS_CODES[status] ?? 'Error'
  return {
    status,
    body: { type: `urn:kontor:error:${code}`, title, status, detail, code, ...(faults.length > 0 && { faults }) },
    headers: { 'Content-Type': 'application/problem+json' },
  }
}
