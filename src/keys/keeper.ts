import { createPrivateKey } from 'node:crypto'
import { type Algorithm, kinds } from './algorithms.ts'
import type { Safe } from './safe.ts'
import { type LocalSigner, localSigner, type Signer } from './signer.ts'
import type { Kept, StoredKey } from './store.ts'

/** A key that has just been made or taken over, and where it is from now on. */
export interface FreshKey {
  readonly signer: Signer
  readonly kept: Kept
}

/** Has private keys, and signs with them. */
export interface Keeper {
  /** Makes a key. */
  readonly create: (algorithm: Algorithm) => Promise<FreshKey>
  /** Takes over a key that is there under the keeper's own name for it. Absent where there cannot be one. */
  readonly adopt?: (reference: string) => Promise<FreshKey>
  /** The signer of a key that is kept. */
  readonly open: (key: StoredKey) => Promise<Signer>
}

/** Keeps private keys in the database, sealed; signs in this process. */
export function databaseKeeper(safe: Safe): Keeper {
  return {
    create: async algorithm => sealedKey(safe, localSigner(kinds[algorithm].generate())),
    async open({ kid, sealed }) {
      if (sealed === null) throw new Error(`the private key of ${kid} is forgotten`)
      const plain = await safe.open(sealed, contextOf(kid))
      return localSigner(createPrivateKey({ key: plain, type: 'pkcs8', format: 'der' }))
    },
  }
}

/** A private key at hand, as the database keeps it. */
export function sealedKey(safe: Safe, signer: LocalSigner): FreshKey {
  const plain = signer.privateKey.export({ type: 'pkcs8', format: 'der' })
  return { signer, kept: { keeper: 'database', sealed: safe.seal(plain, contextOf(signer.kid)), reference: null } }
}

/** What a sealed private key is bound to: nobody who can write rows can make one key sign as another. */
export const contextOf = (kid: string): string => `signing_key ${kid}`
