import type { Command } from 'commander'
import { checkCommand } from './policy/check.ts'
import { evaluateCommand } from './policy/evaluate.ts'
import { explainCommand } from './policy/explain.ts'
import { simulateCommand } from './policy/simulate.ts'
import { templateCommand } from './policy/template.ts'

const commands = [checkCommand, explainCommand, simulateCommand, evaluateCommand, templateCommand]

/** `kontor policy …`: what can be done with policies in files, without a running connector. */
export function policyCommand(program: Command): void {
  const policy = program.command('policy').description('check, explain, simulate and evaluate ODRL policies in files')
  for (const add of commands) add(policy)
}
