import type { Command } from 'commander'
import { version } from '../package-files.ts'

/** `kontor version`: what is installed, and what it runs on. */
export function versionCommand(program: Command): void {
  program
    .command('version')
    .description('tell the version')
    .action(
      () =>
        void process.stdout.write(`kontor ${version} (Dataspace Protocol 2025-1, Node.js ${process.versions.node})\n`),
    )
}
