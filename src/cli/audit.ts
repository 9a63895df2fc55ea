import type { Command } from 'commander'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, minutes, type Output, print } from './table.ts'

/** A change as the API tells it. */
interface Change {
  readonly at: string
  readonly actor: string
  readonly method: string
  readonly route: string
  readonly object: string | null
  readonly status: number | null
}

interface Lines {
  readonly items: readonly object[]
  readonly next: string | null
}

interface Conditions extends ApiOptions, Output {
  readonly actor?: string
  readonly object?: string
  readonly from?: string
  readonly to?: string
}

/** `kontor audit`: who has changed what by way of the management API of a running connector. */
export function auditCommand(program: Command): void {
  const audit = program.command('audit').description('tell who has changed what by way of the management API')
  addOutput(addApiOptions(audit.command('list').description('changes, the latest first')))
    .option('--actor <name>', 'only what that key or person has done, such as key:ci')
    .option('--object <id>', 'only what was done to that object')
    .option('--from <time>', 'only since that time, such as 2026-11-26T00:00:00Z')
    .option('--to <time>', 'only before that time')
    .action(list)
  addApiOptions(
    audit.command('export').description('the whole chain as NDJSON, for kontor verify, and to be kept elsewhere'),
  ).action(exportAll)
}

async function list({ actor, object, from, to, ...options }: Conditions): Promise<void> {
  const query = new URLSearchParams({
    limit: '1000',
    ...(actor && { actor }),
    ...(object && { object }),
    ...(from && { from }),
    ...(to && { to }),
  })
  const { items } = await ask<{ items: readonly Change[] }>(apiOf(options, process.env), `/audit?${query}`)
  print(options, items, ['WHEN', 'WHO', 'WHAT', 'OBJECT', 'ANSWER'], change => [
    minutes(change.at),
    change.actor,
    `${change.method} ${change.route}`,
    change.object ?? '–',
    String(change.status ?? '–'),
  ])
}

async function exportAll(options: ApiOptions): Promise<void> {
  const api = apiOf(options, process.env)
  for (let after: string | null = '0'; after !== null; ) {
    const { items, next }: Lines = await ask<Lines>(api, `/audit/entries?after=${after}`)
    process.stdout.write(items.map(item => `${JSON.stringify(item)}\n`).join(''))
    after = next
  }
}
