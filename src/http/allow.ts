import { invalid } from '../errors.ts'
import { type AddressSet, createAddressSet, isRange } from './addresses.ts'

/** What the setting `network.allow` permits. */
export interface Allowed {
  /** Host names, in the spelling of `plainName`. */
  readonly names: ReadonlySet<string>
  readonly addresses: AddressSet
}

/** Reads the entries of `network.allow`: host names, IP addresses, CIDR ranges. Throws `invalid` for anything else. */
export function readAllowed(allow: readonly string[]): Allowed {
  const names = allow.filter(entry => !isRange(entry)).map(readName)
  return { names: new Set(names), addresses: createAddressSet(allow.filter(isRange)) }
}

/** `Host.Example.` and `host.example` are the same host. */
export const plainName = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, '')

function readName(entry: string): string {
  if (!/^[\p{L}\p{N}._-]+$/u.test(entry) || !URL.canParse(`http://${entry}/`))
    throw invalid(
      `The setting "network.allow" has the entry ${JSON.stringify(entry)}, which is neither a host name, an IP address nor a CIDR range; write, for example, "connector.example", "10.1.2.3" or "10.1.0.0/16".`,
    )
  return plainName(new URL(`http://${entry}/`).hostname)
}
