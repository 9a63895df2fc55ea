import type { Config } from '../config/types.ts'
import { type Client, createClient, createGuard } from '../http/index.ts'
import type { Keeper } from './keeper.ts'
import { type AskKms, createKmsClient } from './kms/client.ts'
import { kmsKeeper } from './kms/keeper.ts'
import { createVaultClient } from './vault/client.ts'
import { vaultKeeper } from './vault/keeper.ts'

/** The keepers elsewhere that the configuration names. */
export interface Remotes {
  readonly askKms: AskKms | undefined
  readonly keepers: { readonly kms?: Keeper; readonly vault?: Keeper }
  close(): void
}

/** For one answer of a keeper, ms. */
const timeout = 5_000

/**
 * Joins us with them. Each has a client of its own that may call that one host and, of what is not public, no other: so peers, whose URLs
 * the connector's client calls, cannot reach a KMS through us, and nobody need name it in `network.allow`.
 */
export function createRemotes({ kms, vault }: Pick<Config, 'kms' | 'vault'>, now: () => Date): Remotes {
  const clients: Client[] = []
  const requestTo = (url: string): Client['request'] => {
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
    const client = createClient({ guard: createGuard({ allow: [host] }), timeout })
    clients.push(client)
    return client.request
  }

  const askKms = connectKms(kms, requestTo, now)
  const askVault =
    vault.url &&
    vault.token &&
    createVaultClient({ ...vault, url: vault.url, token: vault.token }, requestTo(vault.url))
  return {
    askKms,
    keepers: { ...(askKms && { kms: kmsKeeper(askKms) }), ...(askVault && { vault: vaultKeeper(askVault) }) },
    close: () => {
      for (const client of clients) client.close()
    },
  }
}

function connectKms(
  { url, region, accessKey, secretKey }: Config['kms'],
  requestTo: (url: string) => Client['request'],
  now: () => Date,
): AskKms | undefined {
  if (!url || !accessKey || !secretKey) return undefined
  return createKmsClient({ url, region, accessKey, secretKey }, requestTo(url), now)
}
