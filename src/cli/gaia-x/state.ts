import { setTimeout as pause } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { duration } from '../../config/index.ts'
import { invalid, KontorError } from '../../errors.ts'
import { otherEnd } from '../failure.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask } from '../management-api.ts'
import { addOutput, harmless, minutes, type Output, print, written } from '../table.ts'

type Options = ApiOptions & Output

interface Credential {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly source: string
  readonly about: string | null
  readonly validUntil: string | null
}

interface Trouble {
  readonly about: string
  readonly task: string
  readonly state: string
  readonly reason: string | null
  readonly at: string
}

interface State {
  readonly selfDescription: string
  readonly level: string | null
  readonly credentials: readonly Credential[]
  readonly compliance: string | null
  readonly catalogue: {
    readonly url: string
    readonly there: number
    readonly waiting: number
    readonly refused: readonly { readonly credential: string; readonly reason: string }[]
  } | null
  readonly troubles: readonly Trouble[]
}

/** `kontor gaia-x show`, `sign` and `label`: what a running connector says of itself. */
export function stateCommands(gaiaX: Command): void {
  const add = (name: string, about: string): Command => addOutput(addApiOptions(gaiaX.command(name).description(about)))
  add('show', 'what the running connector publishes, its label, and what is not in order').action(show)
  add('sign', 'sign what is out of date now, and show it').action(sign)
  add('label', 'have it labelled by the clearing house where that is due, wait for it, and show it')
    .option('--timeout <duration>', 'how long it is waited for', readTimeout, 120_000)
    .action(label)
}

function readTimeout(text: string): number {
  const parsed = duration('1d').parse(text, { folder: '', environment: {} })
  if ('value' in parsed) return parsed.value
  throw new InvalidArgumentError('It must be a duration such as 30s or 5m.')
}

async function show(options: Options): Promise<void> {
  tell(options, await stateOf(apiOf(options, process.env)))
}

async function sign(options: Options): Promise<void> {
  tell(options, await stateOf(apiOf(options, process.env), { refresh: true }))
}

async function stateOf(api: Api, { refresh = false } = {}): Promise<State> {
  try {
    return await (refresh ? ask<State>(api, '/gaia-x/refresh', {}) : ask<State>(api, '/gaia-x'))
  } catch (error) {
    if (!(error instanceof KontorError) || error.status !== 404) throw error
    throw invalid(
      'This connector says nothing in a Gaia-X ecosystem. Begin with "kontor gaia-x init", then start it again.',
      { cause: error },
    )
  }
}

/** What stands in the way of a label. */
const inTheWay = ({ troubles }: State): Trouble | undefined =>
  troubles.find(({ task }) => task === 'attestation' || task === 'self-description')

async function label({ timeout, ...options }: Options & { timeout: number }): Promise<void> {
  const api = apiOf(options, process.env)
  const before = await stateOf(api)
  if (before.compliance === null)
    throw invalid(
      'There is no clearing house to ask: set gaiaX.notary and gaiaX.compliance, or answer "kontor gaia-x init" again.',
    )
  const ended = await settled(api, before, timeout)
  tell(options, ended)
  const trouble = inTheWay(ended)
  if (trouble) throw otherEnd(`There is no new label: ${harmless(trouble.reason ?? trouble.state)}`)
  if (ended.level === null)
    throw otherEnd('There is no label yet. Look again with "kontor gaia-x show": it is tried for as long as it takes.')
}

/** The state when the clearing house has answered, or the time is over. A trouble counts when it is one of after we have asked. */
async function settled(api: Api, before: State, timeout: number): Promise<State> {
  const end = Date.now() + timeout
  for (let state = await stateOf(api, { refresh: true }); ; state = await stateOf(api)) {
    const [former, now] = [inTheWay(before), inTheWay(state)]
    const isFresh = now === undefined ? state.level !== null : now.at !== former?.at
    if (isFresh || Date.now() >= end) return state
    await pause(Math.min(500, Math.max(0, end - Date.now())))
  }
}

const levels: Readonly<Record<string, string>> = {
  SC: 'standard compliance',
  L1: 'label level 1',
  L2: 'label level 2',
  L3: 'label level 3',
}

function tell(options: Options, state: State): void {
  if (options.output) return void process.stdout.write(written(options.output, state))
  print(options, state.credentials, ['TYPE', 'ABOUT', 'VERSION', 'BY', 'VALID UNTIL', 'URL'], each => [
    each.type,
    each.about ?? '–',
    String(each.version),
    each.source,
    minutes(each.validUntil),
    each.id,
  ])
  process.stdout.write(
    harmless(
      linesOf(state)
        .map(line => `${line}\n`)
        .join(''),
    ),
  )
}

function linesOf({ selfDescription, level, compliance, catalogue, troubles }: State): readonly string[] {
  const without = compliance === null ? 'none: no clearing house is set (gaiaX.compliance)' : 'none yet'
  return [
    `Label: ${level === null ? without : `${levels[level] ?? level} (${level})`}`,
    `Self-description: ${selfDescription}`,
    ...(catalogue === null
      ? []
      : [
          `Catalogue: ${catalogue.url} has ${catalogue.there}, ${catalogue.waiting} to be brought, ${catalogue.refused.length} refused`,
        ]),
    ...troubles.map(
      ({ about, task, state, reason, at }) =>
        `Not in order: ${task} of ${about} ${state} at ${minutes(at)}${reason === null ? '' : `: ${reason}`}`,
    ),
  ]
}
