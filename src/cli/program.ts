import { Command } from 'commander'
import { apiKeyCommand } from './api-key.ts'
import { auditCommand } from './audit.ts'
import { conformanceCommand } from './conformance.ts'
import { credentialsCommand } from './credentials.ts'
import { tellFailure } from './failure.ts'
import { fetchCommand } from './fetch.ts'
import { issuerCommand } from './issuer.ts'
import { keysCommand } from './keys.ts'
import { labCommand } from './lab.ts'
import { policyCommand } from './policy.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { verifyCommand } from './verify.ts'
import { version, versionCommand } from './version.ts'

const commands = [
  serveCommand,
  labCommand,
  fetchCommand,
  tokenCommand,
  keysCommand,
  apiKeyCommand,
  auditCommand,
  credentialsCommand,
  issuerCommand,
  conformanceCommand,
  verifyCommand,
  policyCommand,
  versionCommand,
]

/** The command line: one command a file, each adds itself. */
function createProgram(): Command {
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

/** Runs a command line (without `node` and the script). The answer is the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function run(words: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    return tellFailure(error, process.env)
  }
}
