import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { loadConfig } from '../../config/index.ts'
import { invalid } from '../../errors.ts'
import { createJsonLd, isJsonObject } from '../../jsonld/index.ts'
import { explain, type LanguageTag, type Participant, type Stage, simulate } from '../../policy/index.ts'
import { type ApiOptions, addApiOptions, apiOf, ask } from '../management-api.ts'
import { readPolicyFile, readStateFile } from './files.ts'

interface Options extends ApiOptions {
  readonly dataset?: string
  readonly participants?: string
  readonly config?: string
  readonly state?: string
  readonly action: string
  readonly stage: Stage
  readonly lang: LanguageTag
  readonly contexts?: string
}

/** `kontor policy simulate`: who could get what a policy guards, and why not the others. */
export function simulateCommand(policy: Command): void {
  const command = policy
    .command('simulate')
    .description('who of the participants could get what the policy guards, and why not the others')
    .argument('[file]', 'the policy: Turtle, JSON-LD or plain JSON')
    .option('--dataset <id>', 'instead of a file: a dataset of a running connector, for everybody it knows')
    .option('--participants <file>', 'a JSON array of {"id", "claims": {"groups", "credentials"}}')
    .option('--config <file>', 'a configuration of Kontor: its identity.participants')
    .option('--state <file>', 'the state of the world')
    .option('--action <action>', 'what they want to do', 'use')
    .addOption(
      new Option('--stage <stage>', 'when it is asked')
        .choices(['catalog', 'negotiation', 'transfer', 'access'])
        .default('negotiation'),
    )
    .addOption(new Option('--lang <language>', 'en or fr').choices(['en', 'fr']).default('en'))
    .option('--contexts <directory>', 'JSON-LD contexts of your own')
  addApiOptions(command).action(async (file: string | undefined, options: Options) => {
    const { dataset } = options
    if ((file === undefined) === (dataset === undefined)) throw invalid('Say what is asked for: a file, or --dataset.')
    const text = file === undefined ? askConnector(dataset ?? '', options) : simulated(file, options, new Date())
    process.stdout.write(await text)
  })
}

/** What a connector tells of a dataset of its own. */
interface Told {
  readonly items: readonly {
    readonly participant: string
    readonly permitted: boolean
    readonly offers: readonly { readonly visible: Judged; readonly contract: Judged }[]
  }[]
}

interface Judged {
  readonly permitted: boolean
  readonly report: { readonly reasons: readonly string[] }
}

async function askConnector(dataset: string, options: Options): Promise<string> {
  const { items } = await ask<Told>(apiOf(options, process.env), '/simulate', { dataset })
  const lines = items.map(({ participant, permitted, offers }) => {
    const against = offers.flatMap(({ visible, contract }) => (visible.permitted ? contract : visible).report.reasons)
    const why = offers.length > 0 ? against : ['It is not on offer.']
    return `${participant}: ${permitted ? 'Allowed' : 'Refused'}.\n${permitted ? '' : why.map(each => `    ${each}\n`).join('')}`
  })
  return lines.join('')
}

async function simulated(file: string, options: Options, now: Date): Promise<string> {
  const { action, stage, lang, contexts } = options
  const jsonLd = createJsonLd({ directory: contexts })
  const { policy, find, quads } = await readPolicyFile(file, jsonLd)
  const state = await readStateFile(options.state, jsonLd, quads, now)
  const world = find ? { ...state, policies: find } : state
  const lines = simulate(policy, await readParticipants(options), world, { action, stage }).map(
    ({ participant, report }) => {
      const [decision = '', ...why] = explain(report, lang)
      return `${participant}: ${decision}\n${report.permitted ? '' : why.map(sentence => `    ${sentence}\n`).join('')}`
    },
  )
  return lines.join('')
}

/** Those of a file, and those that a configuration knows by their tokens. */
async function readParticipants({ participants, config }: Options): Promise<readonly Participant[]> {
  if (participants === undefined && config === undefined)
    throw invalid('Say who is asked about: --participants or --config.')
  const listed = participants === undefined ? [] : await readList(participants)
  const known =
    config === undefined ? [] : (await loadConfig({ file: config, environment: process.env })).identity.participants
  return [...listed, ...known.map(({ id, groups }) => ({ id, claims: { groups } }))]
}

async function readList(file: string): Promise<readonly Participant[]> {
  const given: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (!Array.isArray(given)) throw invalid(`${file} must hold a JSON array of participants.`)
  return given.map(each => {
    if (!isJsonObject(each) || typeof each.id !== 'string') throw invalid(`${file}: every participant needs an id.`)
    return { id: each.id, claims: isJsonObject(each.claims) ? each.claims : {} }
  })
}
