import type { Given } from './given.ts'

/**
 * Where a counterparty receives messages, from the address an operator gave: that very address, or, if it is only a root,
 * what is told there. Throws what the check or discovery throws.
 */
export async function protocolUrl(
  address: string,
  { checkAddress, discover }: Pick<Given, 'checkAddress' | 'discover'>,
): Promise<string> {
  checkAddress(address)
  return new URL(address).pathname === '/' ? discover(address) : address
}
