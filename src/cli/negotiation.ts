import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { parse } from 'yaml'
import { invalid } from '../errors.ts'
import { kinds } from './get/kinds.ts'
import type { NegotiationDetails } from './get/shapes.ts'
import { addExamples } from './help.ts'
import { type ApiOptions, addApiOptions, apiOf, ask } from './management-api.ts'
import { addOutput, type Output, print } from './table.ts'

type Options = ApiOptions & Output & { readonly reason?: string; readonly offer?: string }

/** `kontor negotiation`: what a person decides about a negotiation. */
export function negotiationCommand(program: Command): void {
  const negotiation = program.command('negotiation').description('decide about a negotiation that waits for a person')
  const add = (name: string, about: string): Command =>
    addOutput(addApiOptions(negotiation.command(name).description(about).argument('<negotiation>', 'its id')))

  addExamples(
    add('accept', 'say yes to the latest offer: accept it as consumer, agree to it as provider')
      .alias('approve')
      .action((id: string, options: Options) => decide(id, 'approve', {}, options)),
    [['kontor negotiation accept $WAITING', 'say yes']],
  )
  add('counter', 'answer with other terms')
    .requiredOption('--offer <file>', 'an ODRL offer with its target, as JSON or YAML; - for standard input')
    .action(async (id: string, options: Options) =>
      decide(id, 'counter', { offer: await readOffer(options.offer ?? '-') }, options),
    )
  add('terminate', 'say no, or end it')
    .option('--reason <text>', 'why; the other side is told')
    .action((id: string, options: Options) => decide(id, 'terminate', because(options), options))
}

/** The reason that is handed on, if there is one. */
export const because = ({ reason }: { readonly reason?: string }): object => (reason ? { reason } : {})

async function decide(id: string, verb: string, body: object, options: Options): Promise<void> {
  const path = `/negotiations/${encodeURIComponent(id)}/${verb}`
  const { heads, cells } = kinds.negotiations
  print(options, [await ask<NegotiationDetails>(apiOf(options, process.env), path, body)], heads, cells)
}

async function readOffer(file: string): Promise<object> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(cause => {
    throw invalid(`${file} cannot be read.`, { cause })
  })
  const offer: unknown = parse(text)
  if (typeof offer === 'object' && offer !== null) return offer
  throw invalid(`${file} must hold an offer: an object with "@type", "target" and "permission".`)
}
