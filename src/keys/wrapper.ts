import { hkdfSync, randomBytes, scrypt } from 'node:crypto'
import type { Secret } from '../config/types.ts'
import { seal, unseal } from './seal.ts'

/** What encrypts data keys: their own key is the operator's, and in no database. */
export type WrapperName = 'passphrase' | 'secret' | 'kms'

/** Encrypts data keys, and decrypts them. The id of the key is bound to the result. */
export interface Wrapper {
  /** What is kept: JSON members, none of them secret. */
  readonly wrap: (key: Uint8Array, id: string) => Promise<Readonly<Record<string, string>>>
  /** The key again; nothing when this wrapper did not wrap it. */
  readonly unwrap: (wrapped: Readonly<Record<string, string>>, id: string) => Promise<Buffer | undefined>
}

/** A wrapper whose key is derived anew, with a salt of its own, for every key it wraps. */
function derivingWrapper(derive: (salt: Buffer) => Promise<Uint8Array>): Wrapper {
  return {
    async wrap(key, id) {
      const salt = randomBytes(16)
      const sealed = seal(await derive(salt), key, context(id))
      return { salt: salt.toString('base64'), sealed: sealed.toString('base64') }
    },
    async unwrap({ salt = '', sealed = '' }, id) {
      const key = await derive(Buffer.from(salt, 'base64'))
      return unseal(key, Buffer.from(sealed, 'base64'), context(id))
    },
  }
}

const context = (id: string) => `data key ${id}`

/**
 * By a passphrase, stretched with scrypt (RFC 7914). The cost is what OWASP asks for: 128 MiB and some 0.4 s for a guess, which we pay
 * once a start.
 */
export const passphraseWrapper = (passphrase: Secret): Wrapper =>
  derivingWrapper(
    salt =>
      new Promise((resolve, reject) =>
        scrypt(passphrase.reveal(), salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key))),
      ),
  )

const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

/** By a random secret of 256 bits, which needs no stretching (HKDF, RFC 5869). */
export const secretWrapper = (secret: Secret): Wrapper =>
  derivingWrapper(async salt => Buffer.from(hkdfSync('sha256', secret.reveal(), salt, 'kontor data key', 32)))
