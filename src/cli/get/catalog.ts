import { type Command, InvalidArgumentError } from 'commander'
import { describePolicy } from '../../policy/index.ts'
import { addExamples } from '../help.ts'
import { type ApiOptions, addApiOptions, apiOf } from '../management-api.ts'
import { addPeerOptions, askCatalog, findPeer, type Offered, PEER, type PeerOptions } from '../peer.ts'
import { addOutput, type Output, print } from '../table.ts'
import { titleOf } from './kinds.ts'

interface Options extends ApiOptions, Output, PeerOptions {
  readonly limit: number
  readonly where: readonly object[]
}

/** `kontor get catalog PEER`: what another participant offers us. */
export function catalogCommand(get: Command): void {
  const command = get
    .command('catalog')
    .alias('catalogue')
    .description('what another participant offers us')
    .argument('<peer>', PEER)
    .option('--limit <number>', 'no more than so many datasets', Number, 100)
    .option(
      '--where <condition>',
      'only datasets with such a property, as name=value; may be given again',
      condition,
      [],
    )
  addExamples(addOutput(addApiOptions(addPeerOptions(command))).action(list), [
    ['kontor get catalog $PEER', 'what it offers, with the id and the terms of each offer'],
  ])
}

async function list(name: string, { limit, where, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const peer = await findPeer(api, name, options)
  const spec = { limit, ...(where.length > 0 && { filterExpression: where }) }
  const { dataset = [] } = await askCatalog(api, peer, spec)
  const datasets = [dataset].flat()
  if (datasets.length === 0 && !options.output) process.stderr.write(`${peer.id} offers us nothing that fits.\n`)
  else if (options.output) print(options, datasets, [], () => [])
  else print({}, datasets.flatMap(lines), ['DATASET', 'TITLE', 'OFFER', 'TERMS'], cells => cells)
}

/** A line for each offer. */
const lines = (dataset: Offered): readonly (readonly string[])[] =>
  [dataset.hasPolicy ?? []]
    .flat()
    .map(offer => [dataset['@id'], titleOf(dataset), offer['@id'], describePolicy(offer).join(' ')])

function condition(text: string, before: readonly object[]): readonly object[] {
  const [, operandLeft, operandRight] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (operandLeft === undefined) throw new InvalidArgumentError('It must be name=value.')
  return [...before, { operandLeft, operator: '=', operandRight }]
}
