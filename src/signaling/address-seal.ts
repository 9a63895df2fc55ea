import type { Safe } from '../keys/index.ts'
import type { DataAddress, EndpointProperty, KeptAddress } from './index.ts'
import { masked } from './masks.ts'

/** Makes data addresses fit to be kept, and fit to be used again. */
export interface AddressSeal {
  /** The address as it may be kept with that transfer. */
  seal(address: DataAddress, transferId: string): KeptAddress
  /** The address as it was given. Throws if it belongs to something else, or its key is not there. */
  open(address: KeptAddress, transferId: string): Promise<DataAddress>
}

/**
 * Seals with the data keys of the database's safe. The whole address is sealed, not its secrets alone: so nobody who can write
 * rows has a key sent to another place.
 */
export function createAddressSeal(safe: Safe): AddressSeal {
  const contextOf = (transferId: string): string => `data address ${transferId}`
  return {
    seal: (address, transferId) => ({
      ...maskedAddress(address),
      '@sealed': safe.seal(Buffer.from(JSON.stringify(address)), contextOf(transferId)).toString('base64'),
    }),
    async open({ '@sealed': sealed, ...plain }, transferId) {
      // Those of former versions lie as they came, until they are sealed.
      if (sealed === undefined) return plain
      const text = await safe.open(Buffer.from(sealed, 'base64'), contextOf(transferId))
      // What was sealed under this name was an address.
      return JSON.parse(text.toString()) as DataAddress
    },
  }
}

/** What may be seen of an address. */
function maskedAddress({ endpointType, endpoint, endpointProperties }: DataAddress): DataAddress {
  return {
    '@type': 'DataAddress',
    endpointType,
    ...(endpoint !== undefined && { endpoint: textOf('endpoint', endpoint) }),
    ...(endpointProperties && { endpointProperties: endpointProperties.map(maskedProperty) }),
  }
}

const maskedProperty = ({ '@type': type, name, value }: EndpointProperty): EndpointProperty => ({
  '@type': type,
  name,
  value: textOf(name, value),
})

const textOf = (name: string, value: string): string => String(masked(name, value))
