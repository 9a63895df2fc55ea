import { Command } from 'commander'
import { version } from '../package-files.ts'
import { tellFailure } from './failure.ts'

type Add = (program: Command) => void

/** One command a file; read when it is asked for, as some bring half of the connector with them. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  lab: async () => (await import('./lab.ts')).labCommand,
  apply: async () => (await import('./apply.ts')).applyCommand,
  get: async () => (await import('./get.ts')).getCommand,
  describe: async () => (await import('./describe.ts')).describeCommand,
  negotiate: async () => (await import('./negotiate.ts')).negotiateCommand,
  negotiation: async () => (await import('./negotiation.ts')).negotiationCommand,
  transfer: async () => (await import('./transfer.ts')).transferCommand,
  fetch: async () => (await import('./fetch.ts')).fetchCommand,
  events: async () => (await import('./events.ts')).eventsCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  token: async () => (await import('./token.ts')).tokenCommand,
  keys: async () => (await import('./keys.ts')).keysCommand,
  'api-key': async () => (await import('./api-key.ts')).apiKeyCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  credentials: async () => (await import('./credentials.ts')).credentialsCommand,
  issuer: async () => (await import('./issuer.ts')).issuerCommand,
  'gaia-x': async () => (await import('./gaia-x.ts')).gaiaXCommand,
  conformance: async () => (await import('./conformance.ts')).conformanceCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  policy: async () => (await import('./policy.ts')).policyCommand,
  completion: async () => (await import('./completion.ts')).completionCommand,
  version: async () => (await import('./version.ts')).versionCommand,
}

/** The command line: every command adds itself; only the one that the words begin with, where they begin with one. */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('kontor')
    .description(
      'A data space connector (Dataspace Protocol 2025-1): publish data, negotiate contracts, transfer under them.',
    )
    .version(version, '-V, --version')
    .helpOption('-h, --help', 'tell what a command does and takes')
    .showHelpAfterError('Try --help.')
    .exitOverride()
  const asked = Object.entries(commands).filter(([name]) => name === words[0])
  const read = asked.length > 0 ? asked : Object.entries(commands)
  for (const add of await Promise.all(read.map(([, command]) => command()))) add(program)
  return program
}

/** Runs a command line (without `node` and the script). The answer is the exit code: 0, or why it failed (`failure.ts`). */
export async function run(words: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(words)
    await program.parseAsync(words, { from: 'user' })
    // A command that has told its result sets it, when that is not good.
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return tellFailure(error, process.env)
  }
}
