import type { JsonLd, JsonObject } from '../../jsonld/index.ts'
import { type DataAddress, MASK, type SourceAddress, shownValue } from '../../signaling/index.ts'
import { type Node, refused, text } from './node.ts'
import { EDC, lengthen, shorten } from './words.ts'

/** Reads EDC's data address: flat properties in its namespace, `type` among them. Throws `invalid` if that is missing. */
export async function readAddress(jsonLd: JsonLd, node: Node, name: string): Promise<SourceAddress> {
  const type = text(node, 'type')
  if (type === undefined) throw refused({ path: `${EDC}${name}/${EDC}type`, message: `the ${name} has no type` })
  const {
    '@context': _context,
    '@type': _type,
    '@id': _id,
    ...properties
  } = await jsonLd.compact(node, { '@vocab': EDC })
  return { ...properties, type }
}

/** A data address as EDC shows it: of its secrets only that they are there. */
export function showAddress(address: SourceAddress): JsonObject {
  const shown = Object.entries(address).map(([name, value]) => [name, shownValue(name, value)])
  return { '@type': 'DataAddress', ...Object.fromEntries(shown) }
}

/**
 * Gives back what `showAddress` had masked, so that an address that was read, changed and sent again keeps its secrets.
 * Throws `invalid` for a mask with nothing behind it, or something else.
 */
export function unmask(address: SourceAddress, before: SourceAddress | undefined): SourceAddress {
  const entries = Object.entries(address).map(([name, value]) => {
    if (typeof value !== 'string' || !value.includes(MASK)) return [name, value]
    const known = before?.[name]
    if (known === undefined || shownValue(name, known) !== value)
      throw refused({
        path: `${EDC}dataAddress/${lengthen(name)}`,
        message: `${MASK} stands for what is not there: give the whole value`,
      })
    return [name, known]
  })
  return { ...Object.fromEntries(entries), type: address.type }
}

/** A data address as the protocol carries it: where to push to. */
export function toDataAddress({ type, ...properties }: SourceAddress): DataAddress {
  const endpoint = properties.endpoint ?? properties.baseUrl
  const endpointProperties = Object.entries(properties).map(([name, value]) => ({
    '@type': 'EndpointProperty' as const,
    name: lengthen(name),
    value: asText(name, value),
  }))
  return {
    '@type': 'DataAddress',
    endpointType: type,
    ...(typeof endpoint === 'string' && { endpoint }),
    ...(endpointProperties.length > 0 && { endpointProperties }),
  }
}

function asText(name: string, value: unknown): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  throw refused({ path: `${EDC}dataDestination/${lengthen(name)}`, message: 'must be a single text' })
}

/** A data address of the protocol, flat as EDC shows it. */
export function fromDataAddress({ endpointType, endpoint, endpointProperties = [] }: DataAddress): SourceAddress {
  // A peer chose the names: none of them may become a keyword of the answer.
  const named = endpointProperties.filter(({ name }) => !name.startsWith('@'))
  const properties = named.map(({ name, value }) => [shorten(name), value])
  return { ...(endpoint !== undefined && { endpoint }), ...Object.fromEntries(properties), type: endpointType }
}
