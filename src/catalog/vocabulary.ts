/** The namespace in which plain words are meant, as the EDC means them. */
export const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** Prefixes as people write them in data catalogues. Peers understand full names only, whatever context they know. */
const prefixes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    adms: 'http://www.w3.org/ns/adms#',
    dcat: 'http://www.w3.org/ns/dcat#',
    dct: 'http://purl.org/dc/terms/',
    dcterms: 'http://purl.org/dc/terms/',
    dspace: 'https://w3id.org/dspace/2025/1/',
    edc: EDC,
    foaf: 'http://xmlns.com/foaf/0.1/',
    locn: 'http://www.w3.org/ns/locn#',
    odrl: 'http://www.w3.org/ns/odrl/2/',
    owl: 'http://www.w3.org/2002/07/owl#',
    prov: 'http://www.w3.org/ns/prov#',
    rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
    rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
    schema: 'https://schema.org/',
    skos: 'http://www.w3.org/2004/02/skos/core#',
    vcard: 'http://www.w3.org/2006/vcard/ns#',
    xsd: 'http://www.w3.org/2001/XMLSchema#',
  }),
)

/** `dct:title` in full. A name whose prefix is not one of the usual stays as it is. */
export function expandPrefix(name: string): string {
  const colon = name.indexOf(':')
  const namespace = prefixes.get(name.slice(0, Math.max(colon, 0)))
  return namespace === undefined ? name : namespace + name.slice(colon + 1)
}

/** Whatever has a scheme, as JSON-LD sees it: older clients of the EDC say `asset:prop:id`. */
const IRI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i

/** A property's name in full, plain words in the EDC's namespace; undefined if no name can be made of it. */
export function expandName(name: string): string | undefined {
  const full = name.includes(':') ? expandPrefix(name) : EDC + name
  return IRI.test(full) ? full : undefined
}
