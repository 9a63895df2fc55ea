import type { Dataset } from '../../catalog/index.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { SourceAddress } from '../../signaling/index.ts'
import type { Given } from '../given.ts'
import { readAddress, showAddress, unmask } from './address.ts'
import { sourceTypes } from './data-planes.ts'
import { type Node, nodes, object, refused } from './node.ts'
import type { Kind } from './shelf.ts'
import type { Version } from './version.ts'
import { EDC } from './words.ts'

/** Datasets, as EDC's assets. */
export function assetKind(
  { jsonLd, catalog, dataPlane, faultsOf }: Pick<Given, 'jsonLd' | 'catalog' | 'dataPlane' | 'faultsOf'>,
  { answer, properties: writeProperties }: Version,
): Kind<Dataset> {
  async function readSource(body: Node, before: Dataset | undefined): Promise<SourceAddress> {
    const address = await readAddress(jsonLd, object(body, 'dataAddress'), 'dataAddress')
    const source = unmask(address, before?.source)
    const faults = findFaults(source).map(message => ({ path: `${EDC}dataAddress`, message }))
    if (faults.length > 0) throw refused(...faults)
    return source
  }

  /** What nobody can fetch here is kept as it is: it is not on offer. */
  function findFaults(source: SourceAddress): readonly string[] {
    const meant = sourceTypes.find(type => type.toLowerCase() === source.type.toLowerCase())
    return dataPlane.knows(source.type) || meant !== undefined ? faultsOf(source) : []
  }

  async function readProperties(body: Node, name: string): Promise<JsonObject> {
    const [node] = nodes(body, name)
    if (!node) return {}
    const { '@context': _context, '@id': _id, '@type': _type, ...properties } = await jsonLd.compact(node, {})
    return properties
  }

  return {
    type: 'Asset',
    shelf: catalog.datasets,
    async read(body, id, before) {
      const source = await readSource(body, before)
      const { [`${EDC}id`]: _, ...properties } = await readProperties(body, 'properties')
      return { id, properties, source: withPrivate(source, await readProperties(body, 'privateProperties')) }
    },
    write({ id, properties, source }) {
      const { privateProperties, ...address } = source
      return answer({
        '@id': id,
        '@type': 'Asset',
        properties: { ...writeProperties(properties), id },
        ...(isJsonObject(privateProperties) && { privateProperties: writeProperties(privateProperties) }),
        dataAddress: showAddress(address),
      })
    },
  }
}

/** A dataset has one place that peers never see, its source: what is private about it is kept there. */
const withPrivate = (source: SourceAddress, privateProperties: JsonObject): SourceAddress =>
  Object.keys(privateProperties).length > 0 ? { ...source, privateProperties } : source
