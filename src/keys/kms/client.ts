import type { Secret } from '../../config/types.ts'
import { unavailable } from '../../errors.ts'
import type { Client } from '../../http/index.ts'
import { member } from '../member.ts'
import { signRequest } from './sigv4.ts'

/** Where a KMS is, and how it knows us. */
export interface KmsSettings {
  readonly url: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: Secret
}

/** Asks a KMS that speaks as AWS's does (API version 2014-11-01): an action and its parameters, as JSON. */
export type AskKms = (action: string, parameters: object) => Promise<unknown>

/** Throws `unavailable` when the KMS refuses, with the name of its exception and nothing else of what it says. */
export function createKmsClient(settings: KmsSettings, request: Client['request'], now: () => Date): AskKms {
  const url = new URL(settings.url)
  return async (action, parameters) => {
    const plain = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` }
    const signed = { method: 'POST', url, headers: plain, body: JSON.stringify(parameters) } as const
    const headers = signRequest(signed, { ...settings, service: 'kms' }, now())
    const { status, body } = await request({ method: 'POST', url, headers, body: parameters })
    if (status === 200) return body
    const exception = /[A-Za-z]+$/.exec(member(body, '__type') ?? '')?.[0] ?? String(status)
    throw unavailable(`The KMS at ${url.host} refused ${action}: ${exception}.`)
  }
}
