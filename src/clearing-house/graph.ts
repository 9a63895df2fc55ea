import { once } from 'node:events'
import datasets from '@rdfjs/dataset'
import type { DatasetCore, Quad, Term } from '@rdfjs/types'
import { JsonLdParser } from 'jsonld-streaming-parser'
import { DataFactory } from 'rdf-data-factory'
import { GX, GX_FROZEN } from './namespaces.ts'
import { malformed } from './refusal.ts'
import type { Credential } from './tokens.ts'

const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2'

/** Contexts that this house knows, as far as the subjects of credentials use them; nothing is fetched. */
const contexts: Readonly<Record<string, object>> = {
  [CREDENTIALS]: {
    '@version': 1.1,
    id: '@id',
    type: '@type',
    name: 'https://schema.org/name',
    description: 'https://schema.org/description',
    digestSRI: {
      '@id': 'https://www.w3.org/2018/credentials#digestSRI',
      '@type': 'https://www.w3.org/2018/credentials#sriString',
    },
  },
  [GX]: { gx: GX },
  [GX_FROZEN]: { gx: GX_FROZEN },
}

const rdf = new DataFactory<Quad>()

/** One graph of what several credentials say of their subjects; the credentials themselves are not in it. */
export async function graphOf(credentials: readonly Credential[]): Promise<DatasetCore> {
  const graph = datasets.dataset()
  for (const [index, credential] of credentials.entries())
    for (const { subject, predicate, object } of await statementsOf(credential)) {
      const own = (term: Term) => ownTerm(term, index)
      graph.add(
        rdf.quad(own(subject) as Quad['subject'], own(predicate) as Quad['predicate'], own(object) as Quad['object']),
      )
    }
  return graph
}

/** Both names of the vocabulary mean one; blank nodes of different documents must not meet. */
function ownTerm(term: Term, document: number): Term {
  if (term.termType === 'BlankNode') return rdf.blankNode(`d${document}_${term.value}`)
  if (term.termType === 'NamedNode' && term.value.startsWith(GX_FROZEN))
    return rdf.namedNode(GX + term.value.slice(GX_FROZEN.length))
  return term
}

async function statementsOf({ id, payload, subjects }: Credential): Promise<readonly Quad[]> {
  const parser = new JsonLdParser({
    dataFactory: rdf,
    documentLoader: { load: loadContext },
    strictValues: true,
  })
  const quads: Quad[] = []
  parser.on('data', (quad: Quad) => quads.push(quad))
  const over = once(parser, 'end')
  parser.end(JSON.stringify({ '@context': payload['@context'], '@graph': subjects }))
  try {
    await over
  } catch (error) {
    throw malformed('JSON-LD', id, error instanceof Error ? error.message : 'it cannot be read')
  }
  return quads
}

async function loadContext(url: string): Promise<{ '@context': object }> {
  const context = contexts[url.endsWith('#') || url === CREDENTIALS ? url : `${url}#`]
  if (!context) throw new Error(`the context ${JSON.stringify(url)} is not known here`)
  return { '@context': context }
}
