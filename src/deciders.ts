import { KontorError } from './errors.ts'
import type { NegotiationDecider } from './negotiation/index.ts'
import type { TransferDecider } from './transfer/index.ts'

/** What a module named in `negotiation.deciders` exports by default: deciders that are asked before the built-in ones. */
export interface Deciders {
  readonly negotiation?: readonly NegotiationDecider[]
  readonly transfer?: readonly TransferDecider[]
}

/** Loads decider modules, in the order given. Throws `configuration` for one that cannot be loaded or exports none. */
export async function loadDeciders(modules: readonly string[]): Promise<Required<Deciders>> {
  const loaded = await Promise.all(modules.map(load))
  return {
    negotiation: loaded.flatMap(({ negotiation = [] }) => negotiation),
    transfer: loaded.flatMap(({ transfer = [] }) => transfer),
  }
}

async function load(module: string): Promise<Deciders> {
  const wrong = (why: string, cause?: unknown) =>
    new KontorError('configuration', 500, `negotiation.deciders: ${module} ${why}.`, { cause })
  const { default: deciders } = await import(module).catch(cause => {
    throw wrong('cannot be loaded', cause)
  })
  const isDeciders =
    typeof deciders === 'object' && deciders !== null && ('negotiation' in deciders || 'transfer' in deciders)
  if (!isDeciders) throw wrong('must export { negotiation, transfer } by default, each a list of deciders')
  return deciders
}
