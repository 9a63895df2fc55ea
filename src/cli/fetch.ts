import type { Command } from 'commander'
import type { DataAddress } from '../signaling/index.ts'
import { download } from './fetch/download.ts'
import { type Edr, readEdr } from './fetch/edr.ts'
import { createProgress, sizeOf } from './fetch/progress.ts'
import { addExamples } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'

interface Options extends ApiOptions {
  readonly output?: string
}

/** `kontor fetch`: the data of a started pull transfer, as a file. */
export function fetchCommand(program: Command): void {
  const command = program
    .command('fetch')
    .description('download the data of a transfer into a file; run again, it goes on where it broke off')
    .argument('<transfer>', 'the id of a started pull transfer')
    .option('-o, --output <file>', 'the file to write (default: named after the dataset)')
  addExamples(
    addApiOptions(command).action((transfer: string, options: Options) => fetchData(transfer, options)),
    [['kontor fetch $TRANSFER -o $FILE', 'the data of a transfer that has started; its SHA-256 is on standard output']],
  )
}

async function fetchData(transfer: string, { output, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  await fetchInto(api, transfer, output ?? (await nameFor(api, transfer)))
}

/** Downloads the data of a transfer into a file, and tells its digest. */
export async function fetchInto(api: Api, transfer: string, file: string): Promise<void> {
  const askEdr = async (): Promise<Edr> => {
    const { dataAddress } = await ask<{ dataAddress: DataAddress }>(
      api,
      `/transfers/${encodeURIComponent(transfer)}/edr?fresh=true`,
    )
    return readEdr(dataAddress)
  }
  const edr = await askEdr()
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
