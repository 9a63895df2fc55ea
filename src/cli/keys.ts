import { readFile } from 'node:fs/promises'
import { Argument, type Command, Option } from 'commander'
import { duration, Secret } from '../config/index.ts'
import { conflict, invalid } from '../errors.ts'
import { type Algorithm, algorithms, type KeeperName, type Purpose, purposeNames, type Wish } from '../keys/index.ts'
import { withKeys, withSettings } from './keys/open.ts'
import { keyTable, type Shown, showKey } from './keys/show.ts'

interface Common {
  readonly config?: string
  readonly output?: 'json'
}

interface New extends Common {
  readonly algorithm?: Algorithm
  readonly keeper?: KeeperName
  readonly existing?: string
}

interface Rotation extends New {
  readonly after?: string
  readonly withdraw?: boolean
}

/** `kontor keys`: the keys of a connector, in its database. Whether it runs or not makes no difference. */
export function keysCommand(program: Command): void {
  const keys = program.command('keys').description('list, make and rotate the keys of a connector')
  const add = (name: string, about: string): Command =>
    keys
      .command(name)
      .description(about)
      .option('-c, --config <file>', 'the YAML file (default: $KONTOR_CONFIG, else kontor.yaml if there is one)')
  const purpose = () => new Argument('<purpose>', 'what they sign').choices(purposeNames)
  const output = () => new Option('-o, --output <format>', 'how it is told').choices(['json'])
  const addNew = (name: string, about: string): Command =>
    add(name, about)
      .addArgument(purpose())
      .addOption(new Option('--algorithm <name>', 'default: keys.algorithm').choices(algorithms))
      .addOption(new Option('--keeper <name>', 'default: keys.keeper').choices(['database', 'kms', 'vault']))
      .option('--existing <id>', 'take a key that the KMS or vault has already, by its name there')
      .addOption(output())

  add('list', 'all keys that there are and were').addOption(output()).action(list)
  addNew('create', 'make the first key of a purpose').action(create)
  addNew('rotate', 'make a new key of a purpose, in whose favour the others retire')
    .option('--after <duration>', 'how long it is public before it signs, such as 1h or 0 (default: 10m; 0 for edr)')
    .option('--withdraw', 'trust the former keys no longer: what they have signed is worth nothing from now on')
    .action(rotate)
  add('export-public', 'the public keys by which others verify, as a JWK set')
    .addArgument(purpose())
    .action(exportPublic)
  add('rewrap', 'encrypt the keys in the database by what the configuration says now')
    .option('--former-passphrase-file <file>', 'holds the passphrase that they are encrypted with still')
    .addOption(output())
    .action(rewrap)
}

async function list({ config, output }: Common): Promise<void> {
  const shown = await withKeys(config, async keys => (await keys.list()).map(showKey))
  print(output, shown, keyTable)
}

async function create(purpose: Purpose, options: New): Promise<void> {
  const key = await withKeys(options.config, async keys => {
    const there = (await keys.list()).some(each => each.purpose === purpose && each.retiredAt === null)
    if (there) throw conflict(`There is a key for ${purpose} already: use rotate to replace it.`)
    return keys.rotate(purpose, wishOf(options))
  })
  print(options.output, showKey(key), one => keyTable([one]))
}

async function rotate(purpose: Purpose, options: Rotation): Promise<void> {
  const { after, withdraw } = options
  const wish = { ...wishOf(options), withdraw, lead: after === undefined ? undefined : readDuration(after) }
  const shown = await withKeys(options.config, async keys => {
    await keys.rotate(purpose, wish)
    return (await keys.list()).filter(key => key.purpose === purpose).map(showKey)
  })
  print(options.output, shown, keyTable)
}

const wishOf = ({ algorithm, keeper, existing }: New): Wish => ({ algorithm, keeper, existing })

function readDuration(text: string): number {
  if (/^0(ms|s|m|h|d)?$/.test(text)) return 0
  const kind = duration('365d')
  const parsed = kind.parse(text, { folder: '', environment: {} })
  if ('value' in parsed) return parsed.value
  throw invalid(`--after must be 0 or ${kind.allowed}.`)
}

async function exportPublic(purpose: Purpose, { config }: Common): Promise<void> {
  const shown = await withKeys(config, async keys =>
    (await keys.list()).filter(key => key.purpose === purpose && key.standing !== 'expired'),
  )
  process.stdout.write(`${JSON.stringify({ keys: shown.map(({ publicJwk }) => publicJwk) }, null, 2)}\n`)
}

async function rewrap({
  config,
  output,
  formerPassphraseFile,
}: Common & { formerPassphraseFile?: string }): Promise<void> {
  const former = formerPassphraseFile === undefined ? undefined : await readSecret(formerPassphraseFile)
  const rewrapped = await withSettings(config, rewrapWith => rewrapWith(former))
  print(output, { rewrapped }, () => `Data keys encrypted anew: ${rewrapped}. Running connectors go on as they are.\n`)
}

const readSecret = async (file: string): Promise<Secret> =>
  new Secret((await readFile(file, 'utf8')).replace(/\r?\n$/, ''))

function print<T extends Shown | readonly Shown[] | object>(
  output: 'json' | undefined,
  value: T,
  people: (value: T) => string,
): void {
  process.stdout.write(output === 'json' ? `${JSON.stringify(value, null, 2)}\n` : people(value))
}
