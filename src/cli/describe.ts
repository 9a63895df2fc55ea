import type { Command } from 'commander'
import { KontorError } from '../errors.ts'
import { describePolicy, normalisePolicy } from '../policy/index.ts'
import { quoted } from './describe/next.ts'
import { negotiationText, nextText, transferText } from './describe/process.ts'
import { facts, lines, section } from './describe/text.ts'
import { agreementText, obligationText, peerText, webhookText } from './describe/things.ts'
import { kinds, titleOf } from './get/kinds.ts'
import type {
  Attempt,
  Dataset,
  Moment,
  NegotiationDetails,
  Offer,
  PolicyDefinition,
  TransferDetails,
} from './get/shapes.ts'
import { addExamples, type Example } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask, call } from './management-api.ts'
import { addOutput, type Output, printOne, written } from './table.ts'

/** How one thing of a kind is described. */
interface Description {
  readonly name: string
  readonly alias: string
  readonly about: string
  readonly read: (api: Api, id: string) => Promise<object>
  readonly text: (read: never, now: Date) => string
  readonly examples?: readonly Example[]
}

const path = (kind: string, id: string): string => `/${kind}/${encodeURIComponent(id)}`

/** A process with its history: programs get both. */
const withHistory =
  (kind: string) =>
  async (api: Api, id: string): Promise<object> => {
    const [process, { items }] = await Promise.all([
      ask<object>(api, path(kind, id)),
      ask<{ items: readonly Moment[] }>(api, `${path(kind, id)}/history`),
    ])
    return { ...process, history: items }
  }

/** Of a history that is longer than this the beginning is shown; the API has the rest. */
const LONGEST_HISTORY = 1_000

/** An agreement with what hangs on it. */
async function readAgreement(api: Api, id: string): Promise<object> {
  const [agreement, { items: history }, { items: obligations }, transfers] = await Promise.all([
    ask<object>(api, path('agreements', id)),
    ask<{ items: readonly Moment[] }>(api, `${path('agreements', id)}/history?limit=${LONGEST_HISTORY}`),
    ask<{ items: readonly object[] }>(api, `/obligations?agreement=${encodeURIComponent(id)}`),
    call<readonly object[]>(api, {
      path: '/v3/transferprocesses/request',
      body: { filterExpression: [{ operandLeft: 'contractId', operator: '=', operandRight: id }] },
    }),
  ])
  return { ...agreement, obligations, transfers, history }
}

/** An offer may name a policy before there is one. */
const policyIfThere = (api: Api, id: string | undefined): Promise<PolicyDefinition | undefined> =>
  id === undefined ? Promise.resolve(undefined) : kinds.policies.one(api, id).catch(unlessThere)

function unlessThere(error: unknown): undefined {
  if (error instanceof KontorError && error.status === 404) return undefined
  throw error
}

type WithHistory<T> = T & { readonly history: readonly Moment[] }

const descriptions: readonly Description[] = [
  {
    name: 'negotiation',
    alias: 'negotiations',
    about: 'a negotiation: how it stands, why it does not move, what was offered, what happened, what you can do next',
    read: withHistory('negotiations'),
    text: (one: WithHistory<NegotiationDetails>, now) => negotiationText(one, one.history, now),
    examples: [
      ['kontor describe negotiation $NEGOTIATION', 'its last error, next try and deadline, if it does not move'],
    ],
  },
  {
    name: 'transfer',
    alias: 'transfers',
    about: 'a transfer: how it stands, why it does not move, what happened, what you can do next',
    read: withHistory('transfers'),
    text: (one: WithHistory<TransferDetails>, now) => transferText(one, one.history, now),
  },
  {
    name: 'agreement',
    alias: 'agreements',
    about: 'an agreement: what was agreed in plain words, what it demands, what runs under it, what happened',
    read: readAgreement,
    text: agreementText,
  },
  {
    name: 'obligation',
    alias: 'obligations',
    about: 'what an agreement demands to be done: until when, and what is known of it',
    read: (api, id) => kinds.obligations.one(api, id),
    text: obligationText,
  },
  {
    name: 'peer',
    alias: 'peers',
    about: 'a participant whose catalogue is kept here: when it was last had, what went wrong, the next try',
    read: (api, id) => kinds.peers.one(api, id),
    text: peerText,
  },
  {
    name: 'webhook',
    alias: 'webhooks',
    about: 'where events are brought to: what went wrong, the next try, when it is given up, the latest attempts',
    read: async (api, id) => {
      const [webhook, { items }] = await Promise.all([
        kinds.webhooks.one(api, id),
        ask<{ items: readonly Attempt[] }>(api, `${path('webhooks', id)}/attempts`),
      ])
      return { ...webhook, attempts: items }
    },
    text: webhookText,
  },
  {
    name: 'dataset',
    alias: 'datasets',
    about: 'a dataset of ours, and who could get it',
    read: async (api, id) => {
      const [dataset, { items }] = await Promise.all([
        kinds.datasets.one(api, id),
        ask<{ items: readonly object[] }>(api, '/simulate', { dataset: id }),
      ])
      return { ...dataset, participants: items }
    },
    text: datasetText,
  },
  {
    name: 'policy',
    alias: 'policies',
    about: 'a policy in plain words',
    read: (api, id) => kinds.policies.one(api, id),
    text: policyText,
  },
  {
    name: 'offer',
    alias: 'offers',
    about: 'a contract definition with its policies in plain words',
    read: async (api, id) => {
      const offer = await kinds.offers.one(api, id)
      const policies = [offer.accessPolicyId, offer.contractPolicyId, offer.boundsPolicyId]
      const [access, contract, bounds] = await Promise.all(policies.map(policy => policyIfThere(api, policy)))
      return { ...offer, access, contract, bounds }
    },
    text: offerText,
  },
]

/** `kontor describe`: everything about one thing. */
export function describeCommand(program: Command): void {
  const describe = program
    .command('describe')
    .description('tell everything about one thing: how it stands, what happened, and what you can do next')
  for (const description of descriptions) add(describe, description)
}

function add(describe: Command, { name, alias, about, read, text, examples }: Description): void {
  const command = describe.command(name).alias(alias).description(about).argument('<id>', 'its id')
  addOutput(addApiOptions(command)).action(async (id: string, options: ApiOptions & Output) => {
    const one = await read(apiOf(options, process.env), id)
    printOne(options, one, () => text(one as never, new Date()))
  })
  if (examples) addExamples(command, examples)
}

interface Judged {
  readonly participant: string
  readonly permitted: boolean
}

function datasetText({ participants, ...dataset }: Dataset & { participants: readonly Judged[] }): string {
  const { properties = {}, dataAddress = {} } = dataset
  const who = participants.map(({ participant, permitted }) => `${permitted ? '✓' : '✗'} ${participant}`)
  return [
    facts([
      ['Dataset', dataset['@id']],
      ['Title', titleOf(properties)],
    ]),
    section('Properties', lines(yamlLines(properties))),
    section('Source', lines(yamlLines(dataAddress))),
    section('Who could get it', lines(who)),
    nextText([[`kontor policy simulate --dataset ${quoted(dataset['@id'])}`, 'see why not the others']]),
  ].join('')
}

const yamlLines = (value: object): readonly string[] => written('yaml', value).trimEnd().split('\n')

/** A policy in whatever spelling it came. */
const sentences = ({ policy }: PolicyDefinition): string => lines(describePolicy(normalisePolicy(Object(policy))))

function policyText(policy: PolicyDefinition): string {
  const head = facts([['Policy', policy['@id']]])
  return head + section('In words', sentences(policy)) + section('As it is', lines(yamlLines(Object(policy.policy))))
}

type OfferPolicies = Readonly<Record<'access' | 'contract' | 'bounds', PolicyDefinition | undefined>>

function offerText({ access, contract, bounds, ...offer }: Offer & OfferPolicies): string {
  const { accessPolicyId, contractPolicyId, boundsPolicyId } = offer
  const words = (policy: PolicyDefinition | undefined, effect: string) =>
    policy ? sentences(policy) : lines([`There is no such policy: ${effect} until there is one.`])
  const missing = [!access && accessPolicyId, !contract && contractPolicyId, !bounds && boundsPolicyId]
  return [
    facts([
      ['Offer', offer['@id']],
      ['Datasets', kinds.offers.cells(offer).at(-1)],
    ]),
    section(`Seen by whom ${accessPolicyId} lets see it`, words(access, 'nobody sees it')),
    section(`Had under ${contractPolicyId}`, words(contract, 'nothing is on offer')),
    boundsPolicyId ? section(`Counter-offers within ${boundsPolicyId}`, words(bounds, 'none is accepted')) : '',
    nextText([...new Set(missing)].flatMap(id => (id ? [['kontor apply -f FILE', `create the policy ${id}`]] : []))),
  ].join('')
}
