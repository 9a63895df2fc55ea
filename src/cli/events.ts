import { type Command, InvalidArgumentError } from 'commander'
import { momentOf, placeSince } from './events/since.ts'
import { type CloudEvent, streamEvents, type Wanted } from './events/stream.ts'
import { addExamples } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { untilStopped } from './signals.ts'
import { addOutput, harmless, type Output, print, written } from './table.ts'

interface Options extends ApiOptions, Output, Wanted {
  readonly since: string
  readonly after?: string
  readonly watch?: boolean
  readonly limit: number
}

/** `kontor events`: what has happened at a running connector, and what happens. */
export function eventsCommand(program: Command): void {
  const command = program
    .command('events')
    .description('tell what has happened at a running connector, and what happens')
    .option('-w, --watch', 'go on telling what happens, until Ctrl-C; a line that is lost is taken up where it broke')
    .option('--type <types>', 'only these, with commas between them, such as negotiation.*,transfer.started')
    .option('--subject <id>', 'only those about this negotiation, transfer, dataset, …')
    .option('--process <id>', 'only those that came about by this negotiation or transfer')
    .option('--since <time>', 'from this time on, or from so long ago, such as 30m', '1h')
    .option('--after <place>', 'behind this place instead: the sequence of an event that is known already', place)
    .option('--limit <number>', 'no more than so many of those that have happened', Number, 1_000)
  addExamples(addOutput(addApiOptions(command)).action(events), [
    ['kontor events --since 24h --type negotiation.*', 'what has become of negotiations since yesterday'],
    ['kontor events --watch -o json', 'a JSON document a line, for programs'],
  ])
}

function place(text: string): string {
  if (/^\d{1,16}$/.test(text)) return String(Number(text))
  throw new InvalidArgumentError('It must be the sequence of an event, a number.')
}

async function events(options: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const { type, subject, process: about, watch } = options
  const wanted: Wanted = { ...(type && { type }), ...(subject && { subject }), ...(about && { process: about }) }
  const after = options.after ?? String(await placeSince(momentOf(options.since, new Date()), timeBehind(api)))
  if (watch) return follow(api, wanted, after, options)
  const found = await list(api, wanted, after, options.limit)
  if (found.length === 0 && !options.output) process.stderr.write('There are no events that fit.\n')
  else print(options, found, heads, cells)
}

interface Page {
  readonly items: readonly CloudEvent[]
  /** The place behind the last event that was looked at. */
  readonly next: string
}

const timeBehind = (api: Api) => async (place: number) => {
  const { items } = await ask<Page>(api, `/events?${new URLSearchParams({ after: String(place), limit: '1' })}`)
  return items[0] && new Date(items[0].time)
}

/** Page by page, until nothing more has happened, or there are enough. */
async function list(api: Api, wanted: Wanted, after: string, limit: number): Promise<readonly CloudEvent[]> {
  const found: CloudEvent[] = []
  for (let place: string | undefined = after; place !== undefined && found.length < limit; ) {
    const page: number = Math.min(1_000, limit - found.length)
    const query: URLSearchParams = new URLSearchParams({ ...wanted, after: place, limit: String(page) })
    const { items, next }: Page = await ask<Page>(api, `/events?${query}`)
    found.push(...items)
    place = next === place ? undefined : next
  }
  return found
}

async function follow(api: Api, wanted: Wanted, after: string, { output }: Output): Promise<void> {
  const stop = new AbortController()
  void untilStopped().then(() => stop.abort())
  const lost = () => process.stderr.write('The line to the connector was lost; it is taken up again.\n')
  for await (const event of streamEvents(api, { wanted, after, signal: stop.signal, lost }))
    process.stdout.write(lineOf(event, output))
}

function lineOf(event: CloudEvent, output: Output['output']): string {
  if (output === 'json') return `${JSON.stringify(event)}\n`
  if (output === 'yaml') return `---\n${written('yaml', event)}`
  return `${harmless(cells(event).join('  '))}\n`
}

const heads = ['TIME', 'EVENT', 'SUBJECT', 'WHAT']

const cells = ({ time, type, subject, data }: CloudEvent): readonly string[] => [
  time.replace(/\.\d+Z$/, 'Z'),
  type.replace(/^dev\.kontor\./, ''),
  subject,
  inWords(data),
]

/** What matters most about it: who, about what, and why. */
function inWords({
  counterparty,
  dataset,
  error,
  reason,
  reasons,
  actor,
  nextAttempt,
  deadline,
}: CloudEvent['data']): string {
  const parts = [
    counterparty && `with ${counterparty}`,
    dataset && `for ${dataset}`,
    actor && `by ${actor}`,
    error ?? reason ?? [reasons ?? []].flat().join('; '),
    nextAttempt && `next try ${nextAttempt}`,
    deadline && `given up ${deadline}`,
  ]
  return parts.filter(Boolean).join(', ')
}
