import { BlockList, isIP } from 'node:net'

/** A set of IP addresses, asked one address at a time. */
export interface AddressSet {
  /** Whether the address (without brackets, as `node:dns` gives it) is in the set. What is no address is in no set. */
  has(address: string): boolean
  readonly empty: boolean
}

/** Whether the text is an IP address or a CIDR range. */
export const isRange = (text: string): boolean => parseRange(text) !== undefined

/**
 * The set of addresses that addresses and CIDR ranges span together. Throws a plain Error for what is neither: ask
 * `isRange` before.
 *
 * The two families have a list each: one `BlockList` would take an IPv4 address for its IPv4-mapped form and find it in
 * IPv6 ranges as wide as `::/3`.
 */
export function createAddressSet(ranges: readonly string[]): AddressSet {
  const lists = { 4: new BlockList(), 6: new BlockList() }
  for (const range of ranges) {
    const parsed = parseRange(range)
    if (parsed === undefined) throw new Error(`${range} is no address and no range`)
    lists[parsed.family].addSubnet(parsed.address, parsed.prefix, nameOf(parsed.family))
  }
  return {
    empty: ranges.length === 0,
    has: address => {
      const family = familyOf(address)
      return family !== undefined && lists[family].check(withoutZone(address), nameOf(family))
    },
  }
}

type Family = 4 | 6

const nameOf = (family: Family) => (family === 4 ? 'ipv4' : 'ipv6')

/** `fe80::1%eth0`: a `BlockList` finds no address that names its interface. */
const withoutZone = (address: string): string => address.replace(/%.*$/s, '')

function familyOf(address: string): Family | undefined {
  const family = isIP(address)
  return family === 4 || family === 6 ? family : undefined
}

function parseRange(range: string): { address: string; prefix: number; family: Family } | undefined {
  const [, address = '', digits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const family = familyOf(address)
  if (family === undefined) return undefined
  const bits = family === 4 ? 32 : 128
  const prefix = digits === undefined ? bits : Number(digits)
  return prefix <= bits ? { address, prefix, family } : undefined
}
