import { invalid } from '../errors.ts'
import type { Reveal } from '../keys/index.ts'
import type { DataAddress, EndpointProperty } from '../signaling/index.ts'

/** The word under which an address names a secret, plain or with a namespace before it. */
const NAME = /(^|[/#])secretName$/

/**
 * The address to push to as the provider gets it. We keep the name of a secret; the provider cannot look it up, so it gets the key
 * that stands behind the name at the moment of sending. Throws `invalid` if there is no such secret.
 */
export async function withKey(address: DataAddress, reveal: Reveal): Promise<DataAddress> {
  const { endpointProperties = [] } = address
  if (!endpointProperties.some(namesSecret)) return address
  const properties = endpointProperties.map(async property => {
    if (!namesSecret(property)) return property
    const secret = await reveal(property.value)
    if (secret === undefined)
      throw invalid(`There is no secret ${JSON.stringify(property.value)} for the address to push to: create it first.`)
    return { ...property, name: property.name.replace(/secretName$/, 'authCode'), value: secret.reveal().trim() }
  })
  return { ...address, endpointProperties: await Promise.all(properties) }
}

const namesSecret = ({ name }: EndpointProperty): boolean => NAME.test(name)
