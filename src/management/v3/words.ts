/** The namespace of the EDC's own words. */
export const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** The namespace of ODRL's words. */
export const ODRL = 'http://www.w3.org/ns/odrl/2/'

/** The context of every answer, inline: a browser that expands it needs no further request. */
export const CONTEXT = { '@vocab': EDC, edc: EDC, odrl: ODRL } as const

/** The name that EDC gives to the Dataspace Protocol 2025-1 over HTTP. */
export const PROTOCOL = 'dataspace-protocol-http:2025-1'

/** The word behind an IRI of EDC's namespace; other names stay, and so does what would not be a plain word. */
export function shorten(name: string): string {
  const word = name.startsWith(EDC) ? name.slice(EDC.length) : ''
  return /^[^@:][^:]*$/.test(word) ? word : name
}

/** The IRI that a plain word has in EDC's namespace; names with a colon are taken for IRIs. */
export const lengthen = (name: string): string => (name.includes(':') ? name : `${EDC}${name}`)
