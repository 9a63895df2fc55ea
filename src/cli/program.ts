import { Command } from 'commander'
import { apiKeyCommand } from './api-key.ts'
import { applyCommand } from './apply.ts'
import { auditCommand } from './audit.ts'
import { completionCommand } from './completion.ts'
import { conformanceCommand } from './conformance.ts'
import { credentialsCommand } from './credentials.ts'
import { describeCommand } from './describe.ts'
import { doctorCommand } from './doctor.ts'
import { eventsCommand } from './events.ts'
import { tellFailure } from './failure.ts'
import { fetchCommand } from './fetch.ts'
import { gaiaXCommand } from './gaia-x.ts'
import { getCommand } from './get.ts'
import { issuerCommand } from './issuer.ts'
import { keysCommand } from './keys.ts'
import { labCommand } from './lab.ts'
import { migrateCommand } from './migrate.ts'
import { negotiateCommand } from './negotiate.ts'
import { negotiationCommand } from './negotiation.ts'
import { policyCommand } from './policy.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { transferCommand } from './transfer.ts'
import { verifyCommand } from './verify.ts'
import { version, versionCommand } from './version.ts'

const commands = [
  serveCommand,
  labCommand,
  applyCommand,
  getCommand,
  describeCommand,
  negotiateCommand,
  negotiationCommand,
  transferCommand,
  fetchCommand,
  eventsCommand,
  doctorCommand,
  migrateCommand,
  tokenCommand,
  keysCommand,
  apiKeyCommand,
  auditCommand,
  credentialsCommand,
  issuerCommand,
  gaiaXCommand,
  conformanceCommand,
  verifyCommand,
  policyCommand,
  completionCommand,
  versionCommand,
]

/** The command line: one command a file, each adds itself. */
export function createProgram(): Command {
  const program = new Command('kontor')
    .description(
      'A data space connector (Dataspace Protocol 2025-1): publish data, negotiate contracts, transfer under them.',
    )
    .version(version, '-V, --version')
    .helpOption('-h, --help', 'tell what a command does and takes')
    .showHelpAfterError('Try --help.')
    .exitOverride()
  for (const add of commands) add(program)
  return program
}

/** Runs a command line (without `node` and the script). The answer is the exit code: 0, or why it failed (`failure.ts`). */
export async function run(words: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(words, { from: 'user' })
    // A command that has told its result sets it, when that is not good.
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return tellFailure(error, process.env)
  }
}
