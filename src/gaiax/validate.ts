import { readFileSync } from 'node:fs'
import { invalid } from '../errors.ts'
import {
  createShapes,
  isJsonObject,
  type JsonLd,
  type JsonObject,
  type Quad,
  quadsOf,
  type Term,
  type Violation,
} from '../jsonld/index.ts'
import { inPackage } from '../package-files.ts'
import { codeLists } from './code-lists.ts'
import type { GaiaXSettings } from './self-description.ts'
import { GX, prefixes, VC20 } from './vocabulary.ts'

/** One thing that is wrong with a credential: where, by which rule, and how to mend it. */
export interface Finding {
  /** The node: an IRI, or the name of a nameless one. */
  readonly node: string
  /** As we write it: `gx:countryCode`; absent where the node as a whole is wrong. */
  readonly property: string | undefined
  readonly rule: string
  /** What is wrong, and how to mend it. */
  readonly message: string
}

/** Holds what credentials say of their subjects against shapes. */
export interface Validation {
  /** All credentials at once: what one says of a node counts for the others that link to it. Throws `invalid` for what is no JSON-LD. */
  validate(credentials: readonly JsonObject[]): Promise<readonly Finding[]>
  close(): Promise<void>
}

const builtIn = (ontology: string) => inPackage(`contexts/gaia-x/${ontology}/shapes.ttl`)

/** A validator by our own shapes, or by those that an operator points to. The class tree is always ours: others' shapes come without. */
export function createValidation(
  jsonLd: Pick<JsonLd, 'expand'>,
  settings: Pick<GaiaXSettings, 'shapes' | 'context' | 'contextAliases'> & Partial<Pick<GaiaXSettings, 'ontology'>>,
): Validation {
  const read = (file: string | URL) => readFileSync(file, 'utf8')
  const shapes = createShapes(() => {
    const ours = read(builtIn(settings.ontology ?? '25.11'))
    return settings.shapes === undefined ? [ours] : [classTree(ours), read(settings.shapes)]
  })
  const namespaces = [settings.context, ...settings.contextAliases].filter(iri => iri !== GX)

  async function graphOf(credential: JsonObject, at: number): Promise<readonly Quad[]> {
    const context = [credential['@context']].flat().map(each => readContext(each, namespaces))
    const subjects = [credential.credentialSubject].flat().filter(isJsonObject)
    const expanded = await Promise.all(subjects.map(subject => jsonLd.expand({ '@context': context, ...subject })))
    return expanded.flatMap((nodes, each) => quadsOf(nodes).map(quad => settle(quad, `c${at}s${each}`, namespaces)))
  }

  return {
    async validate(credentials) {
      const graph = (await Promise.all(credentials.map(graphOf))).flat()
      return [...codeFindings(graph), ...(await shapes.validate(graph)).map(toFinding)]
    },
    close: shapes.close,
  }
}

const classTree = (turtle: string): string =>
  turtle
    .split('\n')
    .filter(line => /^@prefix|subClassOf/.test(line))
    .join('\n')

/**
 * The data model's own context adds nothing to what is said of a subject but `id` and `type`, which ours has, too; and however Gaia-X's
 * is called, it is the one that we know.
 */
function readContext(context: unknown, namespaces: readonly string[]): unknown {
  return context === VC20 || namespaces.some(iri => iri === context) ? GX : context
}

/** Nameless nodes of different credentials are different ones; and a namespace has one name. */
function settle({ subject, predicate, object }: Quad, document: string, namespaces: readonly string[]): Quad {
  const unify = (iri: string) => {
    const alias = namespaces.find(each => iri.startsWith(each))
    return alias === undefined ? iri : GX + iri.slice(alias.length)
  }
  const term = (each: Term): Term =>
    each.kind === 'blank'
      ? { ...each, value: `${document}_${each.value}` }
      : each.kind === 'iri'
        ? { ...each, value: unify(each.value) }
        : each
  return { subject: term(subject), predicate: unify(predicate), object: term(object) }
}

function codeFindings(graph: readonly Quad[]): readonly Finding[] {
  return graph.flatMap(({ subject, predicate, object }) => {
    const list = codeLists[predicate]
    if (list === undefined || object.kind !== 'literal' || list.fits(object.value)) return []
    const property = shortened(predicate)
    const message = `${property} is ${show(object.value)}; it must be ${list.allowed}.`
    return [{ node: subject.value, property, rule: 'Code', message }]
  })
}

/** What each rule of SHACL means for whoever has to mend it; the property comes before it. */
const sentences: Readonly<Record<string, (violation: Violation, of: string) => string>> = {
  MinCount: (_, of) => `is missing${of}: add it.`,
  MaxCount: () => 'is there too often: leave the one that holds.',
  Closed: ({ value }, of) => `is no property${of} (its value is ${show(value)}): remove it, or look how it is spelt.`,
  Datatype: ({ value }) => `is ${show(value)}, which is of another kind of value: write it as a plain text.`,
  NodeKind: ({ value }) => `is ${show(value)}: write a link as { "id": "https://…" }, and a text as a text.`,
  Class: ({ value }) =>
    `leads to ${show(value)}, which is not of the type that belongs there: give that node its type, or bring the credential that describes it.`,
  In: ({ value }) => `is ${show(value)}, which is not among the values allowed.`,
  Or: ({ value }) => `is ${show(value)}, which is none of what is allowed there.`,
  Pattern: ({ value }) => `is ${show(value)}, which does not look as it must.`,
}

function toFinding(violation: Violation): Finding {
  const { focus, path, rule } = violation
  const property = path === undefined ? undefined : shortened(path)
  const tell = sentences[rule] ?? (() => `breaks the rule ${rule} of its shape.`)
  return { node: focus, property, rule, message: `${property ?? 'The node'} ${tell(violation, ' here')}` }
}

const names = Object.entries({ gx: GX, rdfs: 'http://www.w3.org/2000/01/rdf-schema#', ...prefixes })

function shortened(iri: string): string {
  const known = names.find(([, namespace]) => iri.startsWith(namespace))
  return known ? `${known[0]}:${iri.slice(known[1].length)}` : iri
}

const show = (value: string | undefined): string => {
  if (value === undefined) return 'nothing'
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value)
}

/** Throws `invalid`, with a fault for each thing that is wrong with what we say of ourselves. */
export function demandFlawless(findings: readonly Finding[]): void {
  const [first] = findings
  if (first === undefined) return
  const faults = findings.map(({ property, node, message }) => ({ path: property ?? node, message }))
  throw invalid(`Our self-description is not valid: ${first.message}`, { faults })
}
