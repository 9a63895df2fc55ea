import type { Command } from 'commander'
import { evaluateCommand } from './policy/evaluate.ts'

const commands = [evaluateCommand]

/** `kontor policy …`: what can be done with policies in files, without a running connector. */
export function policyCommand(program: Command): void {
  const policy = program.command('policy').description('check, explain and evaluate ODRL policies in files')
  for (const add of commands) add(policy)
}
