/** The vocabularies of what this house reads and writes. */
export const GX = 'https://w3id.org/gaia-x/development#'
/** The same vocabulary, frozen: on reading it means the other. */
export const GX_FROZEN = 'https://w3id.org/gaia-x/2511#'
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
export const RDFS = 'http://www.w3.org/2000/01/rdf-schema#'
export const XSD = 'http://www.w3.org/2001/XMLSchema#'
export const SHACL = 'http://www.w3.org/ns/shacl#'
/** What an assessment body of this lab attests; nobody has settled a vocabulary for that. */
export const LAB = 'urn:kontor:lab#'

export const prefixes: Readonly<Record<string, string>> = {
  gx: GX,
  schema: 'https://schema.org/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
  cred: 'https://www.w3.org/2018/credentials#',
  rdfs: RDFS,
  lab: LAB,
}

/** `gx:LegalPerson` as an IRI. */
export function iri(name: string): string {
  const [prefix = '', local = ''] = name.split(':', 2)
  const namespace = prefixes[prefix]
  if (namespace === undefined) throw new Error(`${name} has no known prefix`)
  return namespace + local
}

/** An IRI in short. */
export function short(text: string): string {
  const found = Object.entries(prefixes).find(([, namespace]) => text.startsWith(namespace))
  return found ? `${found[0]}:${text.slice(found[1].length)}` : text
}
