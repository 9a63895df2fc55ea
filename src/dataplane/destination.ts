import { invalid } from '../errors.ts'
import type { DataAddress } from '../signaling/index.ts'
import { propertyOf } from './address.ts'

/** Where a push goes, and with which headers of the consumer's choice. */
export interface Destination {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Reads the address that a consumer wants its data pushed to: `endpoint`, or the EDC's property `baseUrl`; `authorization`, whose scheme
 * may be told by `authType`; or the EDC's `authKey` and `authCode`, a header's name and value (the consumer has put it in the place of a `secretName`). Throws `invalid`.
 */
export function readDestination(address: DataAddress | null): Destination {
  if (address === null) throw invalid('There is no address to push to: the transfer request must carry a dataAddress.')
  const text = address.endpoint ?? propertyOf(address, 'baseUrl') ?? propertyOf(address, 'endpoint') ?? ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw invalid('The address to push to must have an http or https URL without a password as its endpoint.')
  return { url, headers: headersOf(address) }
}

function headersOf(address: DataAddress): Record<string, string> {
  const authorization = propertyOf(address, 'authorization')
  const [name, value] = [propertyOf(address, 'authKey'), propertyOf(address, 'authCode')]
  // A name that a stranger gives opens none of our secrets.
  if (value === undefined && propertyOf(address, 'secretName') !== undefined)
    throw invalid(
      'The address to push to must carry its key as authCode: what it names as secretName is not known here.',
    )
  const headers: Record<string, string> = {}
  if (name !== undefined && value !== undefined) headers[demandName(name)] = demandValue(value)
  if (authorization !== undefined)
    headers.authorization = demandValue(withScheme(authorization, propertyOf(address, 'authType')))
  return headers
}

/** A bare token, of which the type is told beside it, needs its scheme. */
const withScheme = (authorization: string, type: string | undefined): string =>
  type?.toLowerCase() === 'bearer' && !authorization.includes(' ') ? `Bearer ${authorization}` : authorization

/** Headers for a key that people use; any other might change what the request means. */
function demandName(name: string): string {
  const lower = name.toLowerCase()
  if (lower === 'authorization' || /^x-[a-z0-9-]+$|^api-?key$/.test(lower)) return lower
  throw invalid('The authKey of the address to push to must be Authorization, api-key or a name that begins with X-.')
}

function demandValue(value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value
  throw invalid('The authorization of the address to push to must be a text of one line.')
}
