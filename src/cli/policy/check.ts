import type { Command } from 'commander'
import { createJsonLd } from '../../jsonld/index.ts'
import { credentialTypesOf, type Policy, policyHash, validatePolicy } from '../../policy/index.ts'
import { readPolicyFile } from './files.ts'

/** `kontor policy check`: what is wrong with a policy; exit code 1 if anything is. */
export function checkCommand(policy: Command): void {
  policy
    .command('check')
    .description('tell what is wrong with a policy, or what it needs to be judged')
    .argument('<file>', 'Turtle, JSON-LD or plain JSON; - for standard input')
    .option('--contexts <directory>', 'JSON-LD contexts of your own')
    .action(async (file: string, { contexts }: { contexts?: string }) => {
      const jsonLd = createJsonLd({ directory: contexts })
      const { policy, find } = await readPolicyFile(file, jsonLd)
      const problems = validatePolicy(policy, find && { policies: find })
      process.stdout.write(problems.length > 0 ? problemsText(problems) : await needsText(policy, jsonLd.expand))
      if (problems.length > 0) process.exitCode = 1
    })
}

const problemsText = (problems: ReturnType<typeof validatePolicy>): string =>
  problems.map(({ path, message }) => `${path || '/'}: ${message}\n`).join('')

async function needsText(policy: Policy, expand: Parameters<typeof policyHash>[1]): Promise<string> {
  const types = credentialTypesOf(policy)
  const hash = await policyHash(policy, expand)
  return `The policy is in order.\ncredentials: ${types.join(', ') || 'none'}\nsha-256:     ${hash}\n`
}
