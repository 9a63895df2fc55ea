import { startReceiver } from '../../support/receiver.ts'
import { order, until } from '../../support/v3.ts'
import { offerNew } from '../exchange.ts'
import { demand, type Scenario } from '../scenario.ts'
import type { Pair, World } from '../world.ts'

/** What a receiver is told: the first of each type. */
type Told = ReadonlyMap<string, unknown>

const permission = [
  {
    action: 'use',
    constraint: {
      and: [
        { leftOperand: 'dateTime', operator: 'gteq', rightOperand: '2020-01-01T00:00:00Z' },
        { leftOperand: 'dateTime', operator: 'lteq', rightOperand: '2099-01-01T00:00:00Z' },
      ],
    },
  },
  {
    action: 'distribute',
    constraint: [{ leftOperand: 'dateTime', operator: 'lt', rightOperand: '2099-01-01T00:00:00Z' }],
  },
]

/** Negotiates and transfers with callbacks, until the consumer has ended the transfer; what was told of it. */
async function callsOf(pair: Pair, world: World): Promise<Told> {
  const ends: (() => unknown)[] = []
  const { url: uri, received, until: come } = await startReceiver({ teardown: end => void ends.push(end) })
  try {
    const { consumer, provider } = pair
    const callbackAddresses = [
      { '@type': 'CallbackAddress', transactional: false, uri, events: ['contract.negotiation', 'transfer.process'] },
    ]
    const peer = {
      counterPartyAddress: provider.protocolUrl,
      counterPartyId: provider.id,
      protocol: 'dataspace-protocol-http:2025-1',
      callbackAddresses,
    }
    const dataset = await offerNew(pair, world, { permission })
    const [offered] = [dataset.hasPolicy].flat()
    const about = { assigner: provider.id, target: dataset['@id'] }
    const policy = { '@context': 'http://www.w3.org/ns/odrl.jsonld', ...offered, '@type': 'Offer', ...about }
    const begin = async (path: string, body: object) =>
      ((await consumer.api('POST', path, { ...peer, ...body })) as { '@id': string })['@id']
    const negotiation = await begin('/contractnegotiations', { '@type': 'ContractRequest', policy })
    const { contractAgreementId } = await until(consumer, 'contractnegotiations', negotiation, ['FINALIZED'])
    const asked = { '@type': 'TransferRequest', contractId: contractAgreementId, transferType: 'HttpData-PULL' }
    const transfer = await begin('/transferprocesses', asked)
    await until(consumer, 'transferprocesses', transfer, ['STARTED'])
    await order(consumer, transfer, 'terminate', 'enough')
    while (!received.some(({ body }) => body.includes('"TransferProcessTerminated"'))) await come(received.length + 1)
    const told = received.map(({ body }) => JSON.parse(body) as { type: string })
    return new Map(told.toReversed().map(each => [each.type, each]))
  } finally {
    for (const end of ends) await end()
  }
}

/** What a value is made of: every member with the type of its value; what is null may be anything, addresses have the names that providers give. */
function shapeOf(value: unknown, path = ''): readonly string[] {
  if (value === null || path.endsWith('.dataAddress.properties')) return [path]
  if (Array.isArray(value) && value.length > 0) return [...new Set(value.flatMap(each => shapeOf(each, `${path}[]`)))]
  if (typeof value !== 'object' || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([name, inner]) => shapeOf(inner, `${path}.${name}`))
}

/** What an EDC tells of its own provisioning, of which there is none here. */
const theirs: ReadonlySet<string> = new Set(['TransferProcessProvisioned'])

/** What is told to those who are named as callbacks. */
export const callbacks: readonly Scenario[] = [
  {
    name: 'callbacks are told the same by a Kontor as by an EDC',
    async run(world) {
      const edc = await callsOf({ consumer: world.edc, provider: world.kontor }, world)
      const kontor = await callsOf({ consumer: world.kontor, provider: world.edc }, world)
      for (const [type, told] of edc) {
        if (theirs.has(type)) continue
        const ours = kontor.get(type)
        demand(ours !== undefined, `we tell nothing of ${type}`)
        const [expected, found] = [shapeOf(told).toSorted().join('\n'), shapeOf(ours).toSorted().join('\n')]
        demand(expected === found, `${type} is told otherwise: an EDC says\n${expected}\nand we say\n${found}`)
      }
    },
  },
]
