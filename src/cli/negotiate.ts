import type { Command } from 'commander'
import { invalid, KontorError } from '../errors.ts'
import { describePolicy } from '../policy/index.ts'
import { quoted } from './describe/next.ts'
import { follow } from './follow/follow.ts'
import { addWaitOptions, timeoutOf, type WaitOptions } from './follow/options.ts'
import { createTeller, type Teller } from './follow/screen.ts'
import type { FoundPeer, NegotiationDetails } from './get/shapes.ts'
import { addExamples } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addPeerOptions, askDataset, findPeer, type OfferOf, PEER, type PeerOptions } from './peer.ts'
import { untilStopped } from './signals.ts'
import { addOutput, harmless, type Output, printOne } from './table.ts'

interface Options extends ApiOptions, Output, PeerOptions, WaitOptions {
  readonly offer?: string
}

/** `kontor negotiate`: a contract for a dataset of somebody else's, from its offer to the agreement. */
export function negotiateCommand(program: Command): void {
  const command = program
    .command('negotiate')
    .description('negotiate a contract for a dataset, and tell how it goes; the agreement’s id is on standard output')
    .argument('<peer>', PEER)
    .argument('<dataset>', 'its id in the catalogue of the peer')
    .option('--offer <id>', 'which offer, where there are several')
  addExamples(addOutput(addWaitOptions(addPeerOptions(addApiOptions(command)))).action(negotiate), [
    ['kontor negotiate $PEER $DATASET', 'run a negotiation to its end'],
    ['kontor negotiate $PEER $DATASET -o json', 'the same for programs: the negotiation as JSON'],
  ])
}

async function negotiate(name: string, dataset: string, { offer: wanted, ...options }: Options): Promise<void> {
  const api = apiOf(options, process.env)
  const timeout = timeoutOf(options)
  const teller = createTeller(process.stderr, process.env)
  teller.wait(`asking ${name} for ${dataset}`)
  const peer = await findPeer(api, name, options).finally(teller.end)
  const offer = await chooseOffer(api, peer, dataset, wanted).finally(teller.end)
  for (const sentence of describePolicy(offer)) teller.line(harmless(`  ${sentence}`))
  const begun = await begin(api, peer, { ...offer, target: dataset })
  teller.line(harmless(`Negotiation ${begun.id} with ${peer.id} for ${dataset}`))
  const ended = options.wait ? await toTheEnd(api, begun.id, { timeout, teller }) : begun
  if (ended.agreementId) teller.line(`Then: kontor transfer ${quoted(ended.agreementId)} --to FILE`)
  printOne(options, ended, ({ id, agreementId }) => `${agreementId ?? id}\n`)
}

const begin = (api: Api, { id, address }: FoundPeer, offer: object): Promise<NegotiationDetails> =>
  ask(api, '/negotiations', { counterparty: id, address, offer })

const toTheEnd = (api: Api, id: string, given: { timeout: number; teller: Teller }): Promise<NegotiationDetails> =>
  follow(api, `/negotiations/${encodeURIComponent(id)}`, ['FINALIZED'], { ...given, stopped: untilStopped() })

/** The offer of that id, or the only one. Throws when there is none, or several to choose from. */
async function chooseOffer(api: Api, peer: FoundPeer, dataset: string, wanted: string | undefined): Promise<OfferOf> {
  const found = await askDataset(api, peer, dataset)
  const offers = [found.hasPolicy ?? []].flat()
  const [only, ...others] = wanted === undefined ? offers : offers.filter(offer => offer['@id'] === wanted)
  const ids = offers.map(offer => `  ${offer['@id']}`).join('\n')
  if (only === undefined)
    throw new KontorError('not-found', 404, `${peer.id} has no such offer for ${dataset}. ${ids && `It has:\n${ids}`}`)
  if (others.length > 0) throw invalid(`There are several offers for ${dataset}: name one by --offer.\n${ids}`)
  return only
}
