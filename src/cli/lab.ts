import { type Command, InvalidArgumentError } from 'commander'
import { runLab } from '../lab/index.ts'
import { untilStopped } from './signals.ts'

/** `kontor lab`: a whole data space in this process, and the story of a first transfer told in it. */
export function labCommand(program: Command): void {
  program
    .command('lab')
    .description('start a data space of three connectors, and play a first transfer in it')
    .option('--exit', 'end after the story instead of staying up')
    .option('--port-base <number>', 'listen on nine ports from this one on (default: free ports)', readPort)
    .action(({ exit = false, portBase }: { exit?: boolean; portBase?: number }) =>
      runLab({ stay: !exit, portBase, stopped: untilStopped() }),
    )
}

const HIGHEST = 65_535 - 8

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port <= HIGHEST) return port
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${HIGHEST}.`)
}
