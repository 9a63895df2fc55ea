import { readFileSync } from 'node:fs'
import type { Command } from 'commander'

/** The version of this package. */
export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

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
