import type { DataAddress, EndpointProperty } from '../signaling/index.ts'
import type { TokenPair } from './refresh.ts'
import { publicPath, tokenPath } from './routes.ts'

/** The namespace of the EDC, in which its clients look for the properties of a data address. */
const edc = 'https://w3id.org/edc/v0.0.1/ns/'

const httpType = 'https://w3id.org/idsa/v4.1/HTTP'

/**
 * The address that a consumer fetches from, the endpoint data reference. Everything is said in the Dataspace Protocol's
 * way; the EDC reads neither `endpoint` nor plain names, so it is told again under its own.
 */
export function pullAddress(publicUrl: string, { accessToken, expiresIn, refreshToken }: TokenPair): DataAddress {
  const base = publicUrl.replace(/\/$/, '')
  const endpoint = base + publicPath
  const properties: Readonly<Record<string, string>> = {
    authorization: accessToken,
    authType: 'bearer',
    expiresIn: String(expiresIn),
    refreshToken,
    refreshEndpoint: base + tokenPath,
    [`${edc}endpoint`]: endpoint,
    [`${edc}endpointType`]: httpType,
    [`${edc}authType`]: 'bearer',
    [`${edc}authorization`]: accessToken,
  }
  return {
    '@type': 'DataAddress',
    endpointType: httpType,
    endpoint,
    endpointProperties: Object.entries(properties).map(toProperty),
  }
}

const toProperty = ([name, value]: [string, string]): EndpointProperty => ({ '@type': 'EndpointProperty', name, value })

/** A property of a data address by its plain name, under which the EDC's full name is found as well. */
export function propertyOf(address: DataAddress, name: string): string | undefined {
  const properties = address.endpointProperties ?? []
  const plain = properties.find(property => property.name === name)
  return (plain ?? properties.find(property => property.name === edc + name))?.value
}
