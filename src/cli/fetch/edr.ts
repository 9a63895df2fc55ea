import { propertyOf } from '../../dataplane/index.ts'
import { invalid } from '../../errors.ts'
import type { DataAddress } from '../../signaling/index.ts'

/** An endpoint data reference: where data is fetched, and with what. */
export interface Edr {
  readonly url: string
  /** The value of the Authorization header. */
  readonly authorization: string | undefined
}

/**
 * Reads the data address of a pull transfer, in the words of the Dataspace Protocol or of the EDC. Throws `invalid` if it names no web
 * address.
 */
export function readEdr(address: DataAddress): Edr {
  const url = address.endpoint ?? propertyOf(address, 'endpoint') ?? propertyOf(address, 'baseUrl') ?? ''
  if (!isWebUrl(url)) throw invalid('The data address names no http or https endpoint to fetch from.')
  const token = propertyOf(address, 'authorization')
  const authorization = token && (isOfEdc(address) ? token : withScheme(token, propertyOf(address, 'authType')))
  return { url, authorization: authorization || undefined }
}

/** The data plane of an EDC, which tells names in full only, calls its tokens bearer tokens and wants them without that word. */
const isOfEdc = ({ endpointProperties = [] }: DataAddress): boolean =>
  !endpointProperties.some(({ name }) => name === 'authorization')

/** A bare token, of which the type is told beside it, needs its scheme. */
const withScheme = (token: string, type: string | undefined): string =>
  type?.toLowerCase() === 'bearer' && !token.includes(' ') ? `Bearer ${token}` : token

const isWebUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
