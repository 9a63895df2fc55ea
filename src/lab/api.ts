import type { Participant } from './participant.ts'

/** A request to a management API, as one would paste it into a terminal. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** Below `/management`. */
  readonly path: string
  readonly body?: object
}

/** Asks the management API of a participant, over HTTP and with its key, as its people would. Throws what it answers instead. */
export async function ask<Answer>(participant: Participant, { method, path, body }: ApiRequest): Promise<Answer> {
  const response = await fetch(`${participant.urls.management}/management${path}`, {
    method,
    headers: { 'x-api-key': participant.key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${participant.name} answered ${response.status} to ${method} ${path}: ${text}`)
  // The shapes of the answers are the API's promise; whoever asks says which one it expects.
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}

/** Reads something. */
export const get = <Answer>(participant: Participant, path: string): Promise<Answer> =>
  ask<Answer>(participant, { method: 'GET', path })

/** Has something done. */
export const post = <Answer>(participant: Participant, path: string, body: object): Promise<Answer> =>
  ask<Answer>(participant, { method: 'POST', path, body })
