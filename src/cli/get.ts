import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { catalogCommand } from './get/catalog.ts'
import { type Kind, kinds, type Narrowing } from './get/kinds.ts'
import { addExamples, type Example } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf } from './management-api.ts'
import { untilStopped } from './signals.ts'
import { addOutput, type Output, print, written } from './table.ts'

interface Options extends ApiOptions, Output, Partial<Narrowing> {
  readonly limit: number
  readonly watch?: boolean
  readonly every: number
}

/** The examples of each kind that has some. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  datasets: [['kontor get datasets', 'what this connector has']],
  negotiations: [
    ['kontor get negotiations --state REQUESTED', 'those that wait for an answer'],
    ['kontor get negotiations --watch', 'all of them, and whatever changes, until Ctrl-C'],
  ],
  transfers: [['kontor get transfers --role consumer -o json', 'what we fetch from others, for programs']],
}

/** `kontor get`: lists what a running connector has. */
export function getCommand(program: Command): void {
  const get = program.command('get').description('list what a running connector has, or what another one offers')
  for (const kind of Object.values(kinds)) addKind(get, kind as Kind<unknown>)
  catalogCommand(get)
}

function addKind(get: Command, kind: Kind<unknown>): void {
  const command = get
    .command(kind.name)
    .aliases(kind.aliases)
    .description(kind.about)
    .argument('[ids...]', 'only these')
    .option('--limit <number>', 'no more than so many', positive, 100)
  if (kind.states) command.addOption(new Option('--state <state>', 'only those in this state').choices(kind.states))
  if (kind.byParty)
    command
      .addOption(new Option('--role <role>', 'only those where we are this').choices(['consumer', 'provider']))
      .option('--with <id>', 'only those with this participant')
  command
    .option('-w, --watch', 'go on telling what changes, until Ctrl-C')
    .option('--every <seconds>', 'how often to look while watching', positive, 2)
  addOutput(addApiOptions(command)).action((ids: readonly string[], options: Options & { with?: string }) =>
    list(kind, ids, { ...options, ...(options.with !== undefined && { counterparty: options.with }) }),
  )
  const given = examples[kind.name]
  if (given) addExamples(command, given)
}

function positive(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number <= 1_000_000) return number
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

async function list(kind: Kind<unknown>, ids: readonly string[], options: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const { limit, state, role, counterparty } = options
  const narrowing = { limit, ...(state && { state }), ...(role && { role }), ...(counterparty && { counterparty }) }
  const find = () => (ids.length > 0 ? Promise.all(ids.map(id => kind.one(api, id))) : kind.list(api, narrowing))
  const found = await find()
  if (options.watch) return watch(kind, found, find, options)
  if (found.length === 0 && !options.output) process.stderr.write(`There are no ${kind.name} that fit.\n`)
  else print(options, found, kind.heads, kind.cells)
  if (ids.length === 0 && found.length === limit && !options.output)
    process.stderr.write(`There may be more than these ${limit}: say how many by --limit.\n`)
}

/** Tells what there is, and then each thing again whenever it has changed. Programs get one document for each. */
async function watch<T>(
  kind: Kind<T>,
  first: readonly T[],
  find: () => Promise<readonly T[]>,
  { output, every }: Options,
): Promise<void> {
  let over = false
  const stopped = untilStopped().then(() => {
    over = true
  })
  const tell = (item: T) =>
    output === 'json' ? `${JSON.stringify(item)}\n` : output === 'yaml' ? `---\n${written('yaml', item)}` : undefined
  const seen = new Map<string, string>()
  const changed = (items: readonly T[]) =>
    items.filter(item => {
      const [id, text] = [kind.idOf(item), JSON.stringify(item)]
      const isNew = seen.get(id) !== text
      seen.set(id, text)
      return isNew
    })
  const show = (items: readonly T[]) => {
    if (output) for (const item of items) process.stdout.write(tell(item) ?? '')
    else if (items.length > 0) print({}, items, kind.heads, kind.cells)
  }
  show(changed(first))
  while (!over) {
    await Promise.race([sleep(every * 1_000), stopped])
    if (!over) show(changed(await find()).reverse())
  }
}

/** The ids that there are of a kind, for shells. */
export const idsOf = async (api: Api, name: string): Promise<readonly string[]> => {
  const kind = kinds[name as keyof typeof kinds] as Kind<unknown> | undefined
  return kind === undefined ? [] : (await kind.list(api, { limit: 100 })).map(kind.idOf)
}
