/**
 * Where a counterparty receives messages, from the address an operator gave: that very address if a version stands at its end, or what is
 * told there. A root must tell; a path without a version may be that of a base, as with the EDC, or already be what was asked for. Throws
 * what the check or discovery throws.
 */
export async function protocolUrl(
  address: string,
  { checkAddress, discover }: { checkAddress: (url: string) => void; discover: (root: string) => Promise<string> },
): Promise<string> {
  checkAddress(address)
  const { pathname } = new URL(address)
  if (pathname === '/') return discover(address)
  if (!/[^/]/.test(pathname) || versioned.test(pathname)) return address
  return discover(address).catch(() => address)
}

/** Ends with a version of the Dataspace Protocol: `/2025-1`, `/2024/1`. */
const versioned = /\/\d{4}[-/]\d+\/*$/
