import { Argument, type Command } from 'commander'
import { readProfiles } from './api/profiles.ts'
import { candidates } from './completion/candidates.ts'
import { type Shell, scripts } from './completion/scripts.ts'
import { kinds } from './get/kinds.ts'
import { idsOf } from './get.ts'
import { addExamples } from './help.ts'
import { apiOf } from './management-api.ts'

/** So long may a shell wait for ids, ms. */
const PATIENCE = 1_500

/** `kontor completion`: what makes a shell complete our commands, and ids of what is there. */
export function completionCommand(program: Command): void {
  const command = program
    .command('completion')
    .description('print what makes a shell complete commands, options, and ids from the connector')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(scripts)))
    .action((shell: Shell) => void process.stdout.write(scripts[shell]))
  addExamples(command, [['kontor completion bash', 'put it into ~/.bash_completion']])

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const found = await candidates(program, words, lookUp)
      process.stdout.write(found.map(each => `${each}\n`).join(''))
    })
}

/** Whatever goes wrong, a shell is told nothing: there is no place to say it. */
async function lookUp(what: string): Promise<readonly string[]> {
  try {
    const { profiles, peers } = readProfiles(process.env)
    if (what === 'profiles') return [...profiles.keys()]
    const api = () => apiOf({}, process.env)
    const found = what === 'peers' ? counterparties(api()) : idsOf(api(), what)
    const late = new Promise<readonly string[]>(resolve => setTimeout(resolve, PATIENCE, []).unref())
    return [...(what === 'peers' ? peers.keys() : []), ...(await Promise.race([found.catch(() => []), late]))]
  } catch {
    return []
  }
}

const counterparties = async (api: ReturnType<typeof apiOf>): Promise<readonly string[]> =>
  (await kinds.negotiations.list(api, { limit: 100 })).map(({ counterparty }) => counterparty)
