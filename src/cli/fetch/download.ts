import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { badGateway, KontorError } from '../../errors.ts'
import { planFor } from './answer.ts'
import type { Edr } from './edr.ts'
import { get, readSmall } from './get.ts'
import { Part } from './part.ts'

/** What to download, and how. */
export interface DownloadOptions {
  readonly edr: Edr
  /** Where it goes; until it is complete it is in `<file>.part`. */
  readonly file: string
  /** Names what is downloaded, such as the transfer's id: only a part of the same thing is continued. */
  readonly id: string
  /** Gives a new EDR when the token is no longer taken. */
  readonly refresh?: (edr: Edr) => Promise<Edr>
  /** Hears of every piece: bytes so far, and of how many if that is known. */
  readonly progress?: (received: number, total: number | undefined) => void
  readonly signal?: AbortSignal
  /** Waits between attempts, ms; they begin anew whenever data has come. When they are used up, the last error is thrown. */
  readonly pauses?: readonly number[]
  /** Without a byte for so many ms a connection is given up. */
  readonly idle?: number
}

/** A file that is complete. */
export interface Downloaded {
  readonly file: string
  readonly bytes: number
  /** Of everything in it, hex. */
  readonly sha256: string
  /** How many times it went on after something broke. */
  readonly resumed: number
}

const usualPauses = [250, 1_000, 2_000, 5_000, 10_000, 30_000]

/**
 * Downloads what an EDR leads to. A broken line is taken up where it broke, as long as the source is still the same; if it has changed, everything is
 * fetched anew. Throws when the provider refuses, or when all attempts have failed: what is there then is continued next time.
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const part = await Part.open(options.file, options.id)
  try {
    const resumed = await fetchAll(part, options)
    return { file: options.file, bytes: part.size, sha256: await part.finish(), resumed }
  } catch (error) {
    await part.close().catch(() => {})
    throw error
  }
}

async function fetchAll(part: Part, options: DownloadOptions): Promise<number> {
  const { pauses = usualPauses, signal } = options
  const state: State = { edr: options.edr, refreshed: false, resumed: 0 }
  for (let failures = 0; ; ) {
    const before = part.size
    try {
      if (await step(part, state, options)) return state.resumed
    } catch (error) {
      if (signal?.aborted || (error instanceof KontorError && error.status < 500)) throw error
      failures = part.size > before ? 1 : failures + 1
      const pause = pauses[failures - 1]
      if (pause === undefined) throw unreachable(error)
      await sleep(pause, undefined, signal === undefined ? {} : { signal })
    }
  }
}

interface State {
  edr: Edr
  /** Whether the token in use is a new one that has not brought anything yet. */
  refreshed: boolean
  resumed: number
}

/** Asks once for what is missing, and says whether now everything is there. */
async function step(part: Part, state: State, options: DownloadOptions): Promise<boolean> {
  const { idle = 60_000, signal } = options
  const answer = await get({ url: state.edr.url, headers: headersFor(part, state.edr), idle, signal })
  const plan = planFor(answer.statusCode ?? 0, answer.headers, part)
  switch (plan.kind) {
    case 'anew':
      await part.restart(plan.validator)
      await take(part, answer, plan.total, state, options)
      return true
    case 'append':
      state.resumed++
      await take(part, answer, plan.total, state, options)
      return true
    case 'complete':
      answer.destroy()
      return true
    case 'discard':
      answer.destroy()
      await part.restart(undefined)
      return false
    case 'refresh':
      await refresh(answer, state, options)
      return false
    case 'again':
      throw badGateway((await refusal(answer)).message)
    case 'refused':
      throw await refusal(answer)
  }
}

/** A part that cannot be continued safely is asked for from the beginning. Data is compared and hashed as it lies there, so it comes as it is. */
function headersFor({ size, validator }: Part, { authorization }: Edr): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (authorization !== undefined) headers.authorization = authorization
  if (size === 0 || validator === undefined) return headers
  return { ...headers, range: `bytes=${size}-`, 'if-range': validator }
}

async function take(
  part: Part,
  answer: IncomingMessage,
  total: number | undefined,
  state: State,
  { progress }: DownloadOptions,
): Promise<void> {
  state.refreshed = false
  progress?.(part.size, total)
  for await (const chunk of answer) {
    await part.append(chunk)
    progress?.(part.size, total)
  }
  if (total !== undefined && part.size !== total)
    throw badGateway(`The provider announced ${total} bytes and sent ${part.size}.`)
}

/** A new token that is refused as well will not be taken the next time either. */
async function refresh(answer: IncomingMessage, state: State, { refresh }: DownloadOptions): Promise<void> {
  const refused = await refusal(answer)
  if (refresh === undefined || state.refreshed) throw refused
  state.edr = await refresh(state.edr)
  state.refreshed = true
}

/** The provider's own words, if it has any. */
async function refusal(answer: IncomingMessage): Promise<KontorError> {
  const { statusCode: status = 0 } = answer
  const problem = await readSmall(answer)
  const detail = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : undefined
  const words = typeof detail === 'string' ? `: ${detail.slice(0, 500)}` : '.'
  return new KontorError(
    'refused',
    status >= 400 && status < 500 ? status : 400,
    `The provider answered ${status}${words}`,
  )
}

const unreachable = (error: unknown): KontorError =>
  error instanceof KontorError
    ? error
    : badGateway(`The download broke off (${error instanceof Error ? error.message : 'unknown'}).`, { cause: error })
