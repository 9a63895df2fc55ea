import { isIP } from 'node:net'
import { type AddressSet, createAddressSet } from './addresses.ts'
import { closedRanges } from './ranges.ts'

/** `allowed` by the operator, `public`, or why it is neither. */
type Standing = 'allowed' | 'public' | 'unreadable' | (typeof closedRanges)[number][1]

/**
 * Tells what an address is. The answers are remembered: each question makes native objects, which cost a request 13 µs
 * with their collection, and the same few peers are called again and again.
 */
export function createStandings(allowed: AddressSet): (address: string) => Standing {
  const known = new Map<string, Standing>()
  return address => {
    const before = known.get(address)
    if (before !== undefined) return before
    if (known.size >= mostKnown) known.clear()
    const standing = allowed.has(address) ? 'allowed' : standingOf(address)
    known.set(address, standing)
    return standing
  }
}

const mostKnown = 1_000

const closed = closedRanges.map(([range, kind]) => ({ kind, addresses: createAddressSet([range]) }))

/** What an address is, whatever the operator allows. */
export function standingOf(address: string): Standing {
  if (isIP(address) === 0) return 'unreadable'
  return closed.find(({ addresses }) => addresses.has(address))?.kind ?? 'public'
}
