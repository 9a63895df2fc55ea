import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { invalid } from '../errors.ts'
import { KIT_PARTICIPANT, propertiesText } from './conformance/kit.ts'
import { prepareForKit } from './conformance/prepare.ts'
import { untilStopped } from './signals.ts'

interface Options {
  readonly management: string
  readonly key?: string
  readonly protocol: string
  readonly token: string
  readonly kit: string
  readonly signals: string
  readonly output: string
}

const print = (text: string): void => void process.stdout.write(text)

/** `kontor conformance`: prepares a running connector for the DSP conformance kit, which somebody else runs. */
export function conformanceCommand(program: Command): void {
  program
    .command('conformance')
    .description(
      'prepare a running connector for the DSP conformance kit, and take the start signals of the kit until stopped',
    )
    .requiredOption('--token <token>', `the token by which the connector knows ${KIT_PARTICIPANT}`)
    .option('--key <key>', 'the key of the management API (default: $KONTOR_MANAGEMENT_APIKEY)')
    .option('--management <url>', 'the management API', 'http://localhost:8181/management')
    .option('--protocol <url>', 'where /.well-known/dspace-version is', 'http://localhost:8282')
    .option('--kit <url>', 'the URL of this machine at which the connector will reach the kit', 'http://localhost:8083')
    .option(
      '--signals <url>',
      'the URL of this machine at which the kit will reach this command',
      'http://localhost:8687',
    )
    .option('--output <file>', "the kit's properties", 'dsp-tck.properties')
    .action((options: Options) => conformance(options))
}

async function conformance({ output, ...options }: Options): Promise<void> {
  const stopped = untilStopped()
  const key = options.key ?? process.env.KONTOR_MANAGEMENT_APIKEY
  if (!key) throw invalid('The management API needs a key: give --key, or set KONTOR_MANAGEMENT_APIKEY.')
  const management = { url: plain(options.management), key }
  const signalUrl = plain(options.signals)
  const prepared = await prepareForKit(
    { management, baseUrl: plain(options.protocol), token: options.token, kitUrl: plain(options.kit), signalUrl },
    error => print(`A start signal could not be followed: ${error instanceof Error ? error.message : error}\n`),
  )
  try {
    // The kit's token is in it.
    await writeFile(output, propertiesText(prepared.properties), { mode: 0o600 })
    print(advice(output, signalUrl))
    await stopped
  } finally {
    await prepared.close()
  }
}

/** The kit appends paths to URLs, so they come without a final slash. */
function plain(url: string): string {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw invalid(`${JSON.stringify(url)} is no http or https URL.`)
  return url.replace(/\/+$/, '')
}

const advice = (
  output: string,
  signalUrl: string,
): string => `The connector has the kit's datasets on offer, and its agreements with ${KIT_PARTICIPANT}.
The kit's properties are in ${output}. Its start signals are taken at ${signalUrl} until you stop this command.

What cannot be done from outside, nor seen: the connector must decide as the kit's scenarios want it. Its setting
negotiation.deciders must name test/conformance/dsp/scenarios.ts of the repository (on Node before 22.18 start the
connector with NODE_OPTIONS="--import tsx"). Without it most tests of CN, CN_C, TP and TP_C fail.
`
