import type { Secret } from '../../config/types.ts'
import { unavailable } from '../../errors.ts'
import type { Client } from '../../http/index.ts'

/** Where a HashiCorp Vault or an OpenBao is, and the token that opens its transit engine. */
export interface VaultSettings {
  readonly url: string
  readonly token: Secret
  /** The path at which the engine is mounted. */
  readonly mount: string
}

/** Asks the transit engine: what is at a path, or, with parameters, to do something. Nothing comes back where there is nothing. */
export type AskVault = (path: string, parameters?: object) => Promise<unknown>

/** Throws `unavailable` when the vault refuses, with the status and nothing of what it says. */
export function createVaultClient({ url, token, mount }: VaultSettings, request: Client['request']): AskVault {
  const base = `${url.replace(/\/+$/, '')}/v1/${mount}`
  return async (path, parameters) => {
    const { status, body } = await request({
      method: parameters === undefined ? 'GET' : 'POST',
      url: `${base}/${path}`,
      headers: { 'x-vault-token': token.reveal() },
      ...(parameters && { body: parameters }),
    })
    if (status === 200 || status === 204) return body
    if (status === 404) return undefined
    throw unavailable(
      `The vault at ${new URL(url).host} answered ${status} to ${path.replace(/\/.*/, '')}${hint(status)}.`,
    )
  }
}

const hint = (status: number): string => (status === 403 ? ': its token has expired, or may not do that' : '')
