import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { inPackage } from '../package-files.ts'

/** The version of this package. */
export const version: string = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')).version

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
