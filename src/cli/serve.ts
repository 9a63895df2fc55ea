import { type Command, Option } from 'commander'
import { loadConfig } from '../config/index.ts'
import { createConnector } from '../connector.ts'
import { untilStopped } from './signals.ts'

/** `kontor serve`: one connector, until it is told to stop. Whatever it has to say goes into its log. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run one connector, set up by a file and by KONTOR_… variables')
    .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
    .addOption(
      new Option('-r, --role <role>', 'what this process does (default: the setting `role`)').choices([
        'all',
        'control',
        'data',
        'issuer',
      ]),
    )
    .action(serve)
}

async function serve({ config: file, role }: { config?: string; role?: string }): Promise<void> {
  // Whoever stops it while it starts does not leave a half-started one behind.
  const stopped = untilStopped()
  const environment = role === undefined ? process.env : { ...process.env, KONTOR_ROLE: role }
  const connector = await createConnector(await loadConfig({ file, environment }))
  try {
    await connector.start()
    await stopped
  } finally {
    await connector.stop()
  }
}
