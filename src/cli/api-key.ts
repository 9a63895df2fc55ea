import { type Command, Option } from 'commander'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, minutes, type Output, print, written } from './table.ts'

/** A key as the API tells it. */
interface Key {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly createdAt: string
  readonly createdBy: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

type Made = Key & { readonly key: string }
type Options = ApiOptions & Output

interface Wish extends Options {
  readonly role: string
  readonly expires?: string
}

/** `kontor api-key`: the keys by which people and programs use the management API of a running connector. */
export function apiKeyCommand(program: Command): void {
  const keys = program.command('api-key').description('make, list and revoke keys of the management API')
  const add = (name: string, about: string): Command => addOutput(addApiOptions(keys.command(name).description(about)))

  add('create', 'make a key, which is shown once')
    .argument('<name>', 'who will use it, as journals and the audit tell it')
    .addOption(
      new Option('--role <role>', 'what it may do; each role may do what those in front of it may')
        .choices(['read', 'steward', 'operator'])
        .makeOptionMandatory(),
    )
    .option('--expires <time>', 'when it ends, such as 2027-01-31T00:00:00Z (default: when it is revoked)')
    .action(create)
  add('list', 'all keys that there are and were').action(list)
  add('revoke', 'let a key open nothing any more').argument('<id>', 'the id of the key').action(revoke)
}

async function create(name: string, { role, expires, ...options }: Wish): Promise<void> {
  const body = { name, role, ...(expires !== undefined && { expiresAt: expires }) }
  const made = await ask<Made>(apiOf(options, process.env), '/api-keys', body)
  if (options.output) process.stdout.write(written(options.output, made))
  else process.stdout.write(`${made.key}\nThat is the key: it is kept nowhere, so note it now.\n`)
}

async function list(options: Options): Promise<void> {
  const api = apiOf(options, process.env)
  tell(options, (await ask<{ items: readonly Key[] }>(api, '/api-keys?limit=1000')).items)
}

async function revoke(id: string, options: Options): Promise<void> {
  tell(options, [await ask<Key>(apiOf(options, process.env), `/api-keys/${encodeURIComponent(id)}/revoke`, {})])
}

const heads = ['NAME', 'ID', 'ROLE', 'MADE', 'BY', 'ENDS', 'REVOKED', 'LAST USED']

const tell = (options: Options, keys: readonly Key[]): void =>
  print(options, keys, heads, ({ name, id, role, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt }) => [
    name,
    id,
    role,
    minutes(createdAt),
    createdBy,
    minutes(expiresAt),
    minutes(revokedAt),
    minutes(lastUsedAt),
  ])
