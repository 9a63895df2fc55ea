import type { Command } from 'commander'
import { loadConfig } from '../config/index.ts'
import { createConnector } from '../connector.ts'
import { untilStopped } from './signals.ts'

/** `kontor serve`: one connector, until it is told to stop. Whatever it has to say goes into its log. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run one connector, set up by a file and by KONTOR_… variables')
    .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
    .action(({ config }: { config?: string }) => serve(config))
}

async function serve(file: string | undefined): Promise<void> {
  // Whoever stops it while it starts does not leave a half-started one behind.
  const stopped = untilStopped()
  const connector = await createConnector(await loadConfig({ file, environment: process.env }))
  try {
    await connector.start()
    await stopped
  } finally {
    await connector.stop()
  }
}
