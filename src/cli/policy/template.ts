import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { invalid, notFound } from '../../errors.ts'
import { inPackage } from '../../package-files.ts'
import { fillTemplate, type LanguageTag, type PolicyTemplate } from '../../policy/index.ts'

const folder = inPackage('policies/')

const read = async (file: string) => JSON.parse(await readFile(new URL(file, folder), 'utf8'))

/** The templates that come with the connector. */
const readTemplates = (): Promise<readonly PolicyTemplate[]> => read('templates.json')

interface Options {
  readonly lang: LanguageTag
}

/** `kontor policy template`: policies to start from. */
export function templateCommand(policy: Command): void {
  const template = policy.command('template').description('policies to start from')
  const lang = () => new Option('--lang <language>', 'en or fr').choices(['en', 'fr']).default('en')
  template
    .command('list')
    .description('what there is')
    .addOption(lang())
    .action(async ({ lang }: Options) => void process.stdout.write(listed(await readTemplates(), lang)))
  template
    .command('show')
    .description('one of them, with the values it takes')
    .argument('<name>', 'its name in the list')
    .addOption(lang())
    .action(async (name: string, { lang }: Options) => void process.stdout.write(await shown(name, lang)))
  template
    .command('fill')
    .description('the policy, with your values in the place of its examples')
    .argument('<name>', 'its name in the list')
    .argument('[values...]', 'such as days=30')
    .action(async (name: string, values: readonly string[]) => void process.stdout.write(await filled(name, values)))
}

function listed(templates: readonly PolicyTemplate[], lang: LanguageTag): string {
  const width = Math.max(...templates.map(({ name }) => name.length))
  return templates.map(({ name, description }) => `${name.padEnd(width)}  ${description[lang]}\n`).join('')
}

async function find(name: string): Promise<PolicyTemplate> {
  const found = (await readTemplates()).find(template => template.name === name)
  if (!found) throw notFound('policy template', name)
  return found
}

async function shown(name: string, lang: LanguageTag): Promise<string> {
  const { description, parameters } = await find(name)
  const policy = JSON.stringify(await read(`${name}.jsonld`), null, 2)
  return [
    description[lang],
    ...parameters.map(each => `  ${each.name}: ${each.description[lang]}`),
    '',
    policy,
    '',
  ].join('\n')
}

async function filled(name: string, words: readonly string[]): Promise<string> {
  const values = Object.fromEntries(words.map(pair))
  return `${JSON.stringify(fillTemplate(await find(name), await read(`${name}.jsonld`), values), null, 2)}\n`
}

function pair(word: string): readonly [name: string, value: string] {
  const at = word.indexOf('=')
  if (at < 1) throw invalid(`${JSON.stringify(word)} must be a name and a value, such as days=30.`)
  return [word.slice(0, at), word.slice(at + 1)]
}
