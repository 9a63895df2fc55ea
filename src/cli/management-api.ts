import type { Command } from 'commander'
import { findManagement } from '../config/index.ts'
import { invalid, KontorError } from '../errors.ts'
import { refusalOf } from './api/failure.ts'
import { type Profile, readProfiles } from './api/profiles.ts'

/** What commands that talk to a running connector are told. */
export interface ApiOptions {
  readonly url?: string
  readonly key?: string
  readonly profile?: string
}

/** Where a management API is, and what opens it. */
export interface Api {
  /** Ends before `/management`. */
  readonly url: string
  readonly key: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Lets a command be told where the management API is. */
export const addApiOptions = (command: Command): Command =>
  command
    .option(
      '--url <url>',
      'the management API of your connector (default: $KONTOR_URL, else the profile, else what kontor.yaml says)',
    )
    .option(
      '--key <key>',
      'its key, or an access token of your OpenID provider (default: $KONTOR_KEY, else the profile, else management.key)',
    )
    .option('--profile <name>', 'a connector in profiles.yaml (default: $KONTOR_PROFILE)')

/**
 * Where the connector is, and its key: what was said on the command line, else a profile that was named, else the environment, else the usual
 * profile, else the configuration in this folder. A key goes only to the connector it came with, unless it came alone. Throws `invalid`.
 */
export function apiOf(options: ApiOptions, environment: Environment): Api {
  const said = sources(options, environment)
  // Not even read where all has been said: it may be broken, and none of this command's business.
  const found = meet(said).key === undefined ? meet([...said, configured(environment)]) : meet(said)
  const { url = '', key } = found
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalid(`${JSON.stringify(url)} must be an http or https URL.`)
  if (!key)
    throw invalid(
      `The management API at ${url} needs its key: give --key, set KONTOR_KEY, or put it into a profile. A connector that made its own keeps it in management.key in its directory.`,
    )
  return { url: plain(url), key }
}

const plain = (url: string): string => url.replace(/(\/management)?\/*$/, '')

/** The first URL, and the first key that is meant for it, or came without a URL. */
function meet(found: readonly Profile[]): Profile {
  const url = found.find(each => each.url !== undefined)?.url
  const fits = (each: Profile) => each.url === undefined || (url !== undefined && plain(each.url) === plain(url))
  return { url, key: url === undefined ? undefined : found.find(each => fits(each) && each.key !== undefined)?.key }
}

function sources({ url, key, profile }: ApiOptions, environment: Environment): readonly Profile[] {
  const { use, profiles, file } = readProfiles(environment)
  const wanted = profile || environment.KONTOR_PROFILE || undefined
  const named = wanted === undefined ? undefined : profiles.get(wanted)
  if (wanted !== undefined && named === undefined)
    throw invalid(
      `There is no profile ${JSON.stringify(wanted)} in ${file}; it has ${[...profiles.keys()].join(', ') || 'none'}.`,
    )
  const { KONTOR_URL, KONTOR_KEY, KONTOR_MANAGEMENT_APIKEY } = environment
  const usual = use === undefined ? undefined : profiles.get(use)
  return [
    { url: url || undefined, key: key || undefined },
    ...(named ? [named] : []),
    { url: KONTOR_URL || undefined, key: KONTOR_KEY || KONTOR_MANAGEMENT_APIKEY || undefined },
    ...(usual ? [usual] : []),
  ]
}

function configured(environment: Environment): Profile {
  const { url, key } = findManagement(environment, process.cwd())
  return { url, key: key?.reveal() }
}

/** A request to the management API, its path below `/management`. */
export interface ApiRequest {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON; text is sent as it is, with the type that is named. */
  readonly body?: object | string
  readonly type?: string
  readonly signal?: AbortSignal
}

/** Asks the management API for whatever it has. Throws what it answers instead, as a sentence. */
export async function call<Answer>(api: Api, request: ApiRequest): Promise<Answer> {
  const response = await send(api, request)
  const answer: unknown = await response.json().catch(() => undefined)
  // The connector's own API: its answers have the shapes it promises.
  if (response.ok) return answer as Answer
  throw refusalOf(response.status, answer)
}

/** The same, with the answer as it comes. */
export async function send(
  { url, key }: Api,
  { path, body, type = 'application/json', signal, ...request }: ApiRequest & { headers?: Record<string, string> },
): Promise<Response> {
  const method = request.method ?? (body === undefined ? 'GET' : 'POST')
  try {
    return await fetch(`${url}/management${path}`, {
      method,
      headers: { ...shown(key), ...(body !== undefined && { 'content-type': type }), ...request.headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
      redirect: 'error',
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    const sentence = `No connector answers at ${url}: is it running, and is that the URL of its management API?`
    throw new KontorError('no-connector', 502, sentence, { cause })
  }
}

/** A key of the connector, or an access token of an OpenID provider, which is a JWT. */
const shown = (key: string): Record<string, string> =>
  /^[\w-]+\.[\w-]+\.[\w-]+$/.test(key) ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }

/** Asks the house's own API; with a body, it posts. Throws as `call` does. */
export const ask = <Answer>(api: Api, path: string, body?: object): Promise<Answer> =>
  call(api, { path: `/v1${path}`, ...(body && { body }) })
