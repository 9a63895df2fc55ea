import type { Command } from 'commander'
import { invalid } from '../errors.ts'
import { quoted } from './describe/next.ts'
import { fetchInto } from './fetch.ts'
import { follow } from './follow/follow.ts'
import { addWaitOptions, timeoutOf, type WaitOptions } from './follow/options.ts'
import { createTeller } from './follow/screen.ts'
import { kinds } from './get/kinds.ts'
import type { Agreement, NegotiationDetails, TransferDetails } from './get/shapes.ts'
import { addExamples } from './help.ts'
import { type Api, type ApiOptions, addApiOptions, apiOf, ask, call } from './management-api.ts'
import { because } from './negotiation.ts'
import { counterparty, type PeerOptions } from './peer.ts'
import { untilStopped } from './signals.ts'
import { addOutput, harmless, type Output, print, printOne } from './table.ts'

interface Options extends ApiOptions, Output, WaitOptions, PeerOptions {
  readonly format: string
  readonly to?: string
  readonly destination?: string
}

/** `kontor transfer`: data under an agreement, and what is done with a transfer that runs. */
export function transferCommand(program: Command): void {
  const command = program
    .command('transfer')
    .description('ask for the data under an agreement, or halt, resume and end a transfer')
    .argument('<agreement>', 'its id')
    .option('--format <format>', 'how it is transferred', 'HttpData-PULL')
    .option('--to <file>', 'download the data into this file, as "kontor fetch" does')
    .option('--destination <url>', 'where the provider pushes it, with a format such as HttpData-PUSH')
    .option('--address <url>', 'the protocol URL of the provider, if it has moved since the negotiation')
  addExamples(addOutput(addWaitOptions(addApiOptions(command))).action(begin), [
    ['kontor transfer $AGREEMENT --to $FILE', 'fetch the data into a file'],
  ])

  const moves = {
    suspend: 'halt it: nobody gets data until it is resumed',
    resume: 'let data flow again',
    complete: 'say that all has been transferred',
    terminate: 'end it for good',
  }
  for (const [verb, about] of Object.entries(moves)) {
    const move = command.command(verb).description(about).argument('<transfer>', 'its id')
    if (['suspend', 'terminate'].includes(verb)) move.option('--reason <text>', 'why; the other side is told')
    // The command above has options of the same names, which may stand before this word.
    addOutput(addApiOptions(move)).action((id: string, _: object, self: Command) =>
      change(id, verb, { ...self.parent?.opts(), ...self.opts() }),
    )
  }
}

async function change(id: string, verb: string, options: ApiOptions & Output & { reason?: string }): Promise<void> {
  const path = `/transfers/${encodeURIComponent(id)}/${verb}`
  const { heads, cells } = kinds.transfers
  print(options, [await ask<TransferDetails>(apiOf(options, process.env), path, because(options))], heads, cells)
}

async function begin(agreementId: string, options: Options): Promise<void> {
  const { format, to, wait } = options
  if (to !== undefined && !wait) throw invalid('--to waits for the data: leave out --no-wait.')
  if (format.endsWith('PUSH') && options.destination === undefined)
    throw invalid(`${format} needs to know where the data goes: give --destination.`)
  const api = apiOf(options, process.env)
  const timeout = timeoutOf(options)
  const teller = createTeller(process.stderr, process.env)
  const id = await request(api, agreementId, options)
  const path = `/transfers/${encodeURIComponent(id)}`
  teller.line(harmless(`Transfer ${id} under ${agreementId}`))
  const ends = format.endsWith('PUSH') ? ['COMPLETED'] : ['STARTED']
  const shown = wait
    ? await follow<TransferDetails>(api, path, ends, { teller, timeout, stopped: untilStopped() })
    : await ask<TransferDetails>(api, path)
  if (to !== undefined) return fetchInto(api, id, to)
  if (shown.hasEdr) teller.line(`Then: kontor fetch ${quoted(id)}`)
  printOne(options, shown, each => `${each.id}\n`)
}

/** The provider is reached where the negotiation reached it. */
async function request(api: Api, agreementId: string, { format, destination, address }: Options): Promise<string> {
  const agreement = await ask<Agreement>(api, `/agreements/${encodeURIComponent(agreementId)}`)
  const known = async () =>
    (await ask<NegotiationDetails>(api, `/negotiations/${encodeURIComponent(agreement.negotiationId)}`)).address
  const peer = { id: agreement.counterparty, address: address ?? (await known()) }
  const { '@id': id } = await call<{ '@id': string }>(api, {
    path: '/v3/transferprocesses',
    body: {
      ...counterparty(peer),
      contractId: agreementId,
      transferType: format,
      ...(destination && { dataDestination: { '@type': 'DataAddress', type: 'HttpData', baseUrl: destination } }),
    },
  })
  return id
}
