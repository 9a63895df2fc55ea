import type { Holding } from './given.ts'
import { createOffers } from './offers.ts'
import { createPresent } from './present.ts'
import { createRequests } from './requests.ts'
import { createWallet } from './wallet.ts'

/** Keeps credentials about us, presents them, asks for them, and renews them. */
export type CredentialService = ReturnType<typeof createCredentialService>

/** The credential service of a connector; its doors are in `routes.ts`. */
export function createCredentialService(given: Holding) {
  const requests = createRequests(given)
  return {
    wallet: createWallet(given),
    present: createPresent(given),
    requests,
    offers: createOffers(given, requests),
  }
}
