import { type Command, InvalidArgumentError, Option } from 'commander'
import { type LabSettings, runLab } from '../lab/index.ts'
import { clearingHouseCommand } from './lab/clearing-house.ts'
import { untilStopped } from './signals.ts'

/** `kontor lab`: a whole data space in this process, and the story of a first transfer told in it. */
export function labCommand(program: Command): void {
  const lab = program
    .command('lab')
    .description('start a data space of three connectors and an authority, and play a first transfer in it')
    .option('--exit', 'end after the story instead of staying up')
    .addOption(
      new Option('--identity <mode>', 'how they know each other: credentials of an authority, or static tokens')
        .choices(['dcp', 'tokens'])
        .default('dcp'),
    )
    .option('--port-base <number>', 'listen on thirteen ports from this one on (default: free ports)', readPort)
    .action(({ exit = false, identity, portBase }: Options) =>
      runLab({ stay: !exit, identity, portBase, stopped: untilStopped() }),
    )
  clearingHouseCommand(lab)
}

interface Options {
  readonly exit?: boolean
  readonly identity: LabSettings['identity']
  readonly portBase?: number
}

const HIGHEST = 65_535 - 12

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port <= HIGHEST) return port
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${HIGHEST}.`)
}
