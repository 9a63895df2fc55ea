import type { Command } from 'commander'
import { badGateway, invalid, KontorError } from '../errors.ts'
import type { DataAddress } from '../signaling/index.ts'
import { download } from './fetch/download.ts'
import { type Edr, readEdr } from './fetch/edr.ts'
import { createProgress, sizeOf } from './fetch/progress.ts'

interface Options {
  readonly output?: string
  readonly url?: string
  readonly key?: string
}

/** Where a management API is, and what opens it. */
interface Api {
  /** Ends before `/management`. */
  readonly url: string
  readonly key: string
}

/** `kontor fetch`: the data of a started pull transfer, as a file. */
export function fetchCommand(program: Command): void {
  program
    .command('fetch')
    .description('download the data of a transfer into a file; run again, it goes on where it broke off')
    .argument('<transfer>', 'the id of a started pull transfer')
    .option('-o, --output <file>', 'the file to write (default: named after the dataset)')
    .option('--url <url>', 'the management API of your connector (default: $KONTOR_URL, else http://127.0.0.1:8181)')
    .option('--key <key>', 'its key (default: $KONTOR_KEY)')
    .action((transfer: string, options: Options) => fetchData(transfer, options))
}

async function fetchData(transfer: string, { output, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const askEdr = async (): Promise<Edr> => {
    const { dataAddress } = await ask<{ dataAddress: DataAddress }>(
      api,
      `/transfers/${encodeURIComponent(transfer)}/edr?fresh=true`,
    )
    return readEdr(dataAddress)
  }
  const edr = await askEdr()
  const file = output ?? (await nameFor(api, transfer))
  const screen = process.stderr
  const bar = createProgress(screen, { now: () => performance.now(), color: !process.env.NO_COLOR })
  try {
    // The connector keeps the tokens: a new one that it did not know of would lock it out.
    const done = await download({ edr, file, id: transfer, refresh: askEdr, progress: bar.show })
    bar.end()
    screen.write(`${sizeOf(done.bytes)} in ${done.file}${done.resumed > 0 ? `, resumed ${done.resumed} times` : ''}\n`)
    process.stdout.write(`${done.sha256}  ${done.file}\n`)
  } catch (error) {
    bar.end()
    throw error
  }
}

/** What was said on the command line, else in the environment. Throws `invalid`. */
function apiOf(options: Omit<Options, 'output'>, environment: Readonly<Record<string, string | undefined>>): Api {
  const url = options.url ?? environment.KONTOR_URL ?? 'http://127.0.0.1:8181'
  const key = options.key ?? environment.KONTOR_KEY
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw invalid(`${JSON.stringify(url)} must be an http or https URL.`)
  if (!key) throw invalid('The management API needs its key: give --key, or set KONTOR_KEY.')
  return { url: url.replace(/(\/management)?\/*$/, ''), key }
}

/** Asks the management API. Throws what it answers, as a sentence. */
async function ask<Answer>({ url, key }: Api, path: string): Promise<Answer> {
  const response = await fetch(`${url}/management/v1${path}`, {
    headers: { 'x-api-key': key },
    redirect: 'error',
  }).catch(cause => {
    throw badGateway(`No connector answers at ${url}: is it running, and is that the URL of its management API?`, {
      cause,
    })
  })
  const body: unknown = await response.json().catch(() => undefined)
  // The connector's own API: its answers have the shapes it promises.
  if (response.ok) return body as Answer
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? `: ${body.detail}` : '.'
  throw new KontorError('refused', response.status, `The connector answered ${response.status}${detail}`)
}

/** The dataset's id, as a file's name. */
async function nameFor(api: Api, transfer: string): Promise<string> {
  const { dataset } = await ask<{ dataset: string }>(api, `/transfers/${encodeURIComponent(transfer)}`)
  return (
    dataset
      .replace(/^.*[/:]/, '')
      .replace(/[^\w.-]/g, '_')
      .replace(/^\.+/, '') || 'data'
  )
}
