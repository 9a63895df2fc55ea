import { type Command, Option } from 'commander'
import { createJsonLd } from '../../jsonld/index.ts'
import { describePolicy, type LanguageTag } from '../../policy/index.ts'
import { readPolicyFile } from './files.ts'

interface Options {
  readonly lang: LanguageTag
  readonly contexts?: string
}

/** `kontor policy explain`: a policy in plain words. */
export function explainCommand(policy: Command): void {
  policy
    .command('explain')
    .description('say a policy in plain words')
    .argument('<file>', 'Turtle, JSON-LD or plain JSON; - for standard input')
    .addOption(new Option('--lang <language>', 'en or fr').choices(['en', 'fr']).default('en'))
    .option('--contexts <directory>', 'JSON-LD contexts of your own')
    .action(async (file: string, { lang, contexts }: Options) => {
      const { policy, find } = await readPolicyFile(file, createJsonLd({ directory: contexts }))
      const sentences = describePolicy(policy, lang, find && { policies: find })
      process.stdout.write(sentences.map(sentence => `${sentence}\n`).join(''))
    })
}
