import type { Command } from 'commander'
import { loadConfig } from '../config/index.ts'
import { migrateDatabase } from '../db/index.ts'
import { addExamples } from './help.ts'
import { addOutput, type Output, printOne } from './table.ts'

interface Options extends Output {
  readonly config?: string
  readonly dryRun?: boolean
}

/** `kontor migrate`: brings the database up to date without starting a connector, or tells what that would do. */
export function migrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .description('bring the schema of the configured database up to date, as every start does, and tell what was done')
    .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
    .option('--dry-run', 'change nothing: only tell what is to be done')
  addExamples(addOutput(command).action(migrate), [
    ['kontor migrate --dry-run', 'what an update would change, before it is started'],
    ['kontor migrate', 'change it'],
  ])
}

async function migrate({ config: file, dryRun = false, ...output }: Options): Promise<void> {
  const { database, directory } = await loadConfig({ file, environment: process.env })
  const { before, migrations } = await migrateDatabase({ ...database, directory, dryRun })
  printOne(output, { dryRun, before, migrations }, () => toldTo(before, migrations, dryRun))
}

function toldTo(before: number, migrations: readonly string[], dryRun: boolean): string {
  if (migrations.length === 0) return `The database is up to date: all ${before} migrations are in it.\n`
  const head = dryRun ? `To be done (${before} are in it):\n` : `Done (${before} were in it):\n`
  return head + migrations.map(name => `  ${name}\n`).join('')
}
