import type { Command } from 'commander'
import { certificateCommand } from './gaia-x/certificate.ts'
import { csrCommand } from './gaia-x/csr.ts'
import { initCommand } from './gaia-x/init.ts'
import { stateCommands } from './gaia-x/state.ts'
import { validateCommand } from './gaia-x/validate.ts'

/** `kontor gaia-x`: what is said in a Gaia-X ecosystem, by us and by others. */
export function gaiaXCommand(program: Command): void {
  const gaiaX = program
    .command('gaia-x')
    .description('describe yourself in a Gaia-X ecosystem, and look at what others say')
  for (const add of [initCommand, csrCommand, certificateCommand, validateCommand, stateCommands]) add(gaiaX)
}
