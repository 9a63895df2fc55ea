import type { Command } from 'commander'
import { badGateway, invalid, KontorError } from '../errors.ts'

/** What commands that talk to a running connector are told. */
export interface ApiOptions {
  readonly url?: string
  readonly key?: string
}

/** Where a management API is, and what opens it. */
export interface Api {
  /** Ends before `/management`. */
  readonly url: string
  readonly key: string
}

/** Lets a command be told where the management API is. */
export const addApiOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'the management API of your connector (default: $KONTOR_URL, else http://127.0.0.1:8181)')
    .option('--key <key>', 'its key (default: $KONTOR_KEY)')

/** What was said on the command line, else in the environment. Throws `invalid`. */
export function apiOf(options: ApiOptions, environment: Readonly<Record<string, string | undefined>>): Api {
  const url = options.url ?? environment.KONTOR_URL ?? 'http://127.0.0.1:8181'
  const key = options.key ?? environment.KONTOR_KEY
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalid(`${JSON.stringify(url)} must be an http or https URL.`)
  if (!key) throw invalid('The management API needs its key: give --key, or set KONTOR_KEY.')
  return { url: url.replace(/(\/management)?\/*$/, ''), key }
}

/** Asks the management API; with a body, it posts. Throws what it answers, as a sentence. */
export async function ask<Answer>({ url, key }: Api, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${url}/management/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'error',
  }).catch(cause => {
    throw badGateway(`No connector answers at ${url}: is it running, and is that the URL of its management API?`, {
      cause,
    })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  // The connector's own API: its answers have the shapes it promises.
  if (response.ok) return answer as Answer
  const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? `: ${answer.detail}` : '.'
  throw new KontorError('refused', response.status, `The connector answered ${response.status}${detail}`)
}
