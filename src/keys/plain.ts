import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { type Database, json } from '../db/index.ts'
import { contextOf } from './keeper.ts'
import type { Safe } from './safe.ts'
import { localSigner } from './signer.ts'
import { lockKeys } from './store.ts'

/** Seals private keys that former versions kept as they are. Repeating it does nothing; of replicas that start at once, one does it. */
export function sealPlainKeys(db: Database, safe: Safe): Promise<void> {
  return db.transaction(async tx => {
    await lockKeys(tx, '')
    const plain = await tx.query<{ kid: string; jwk: JsonWebKey }>(
      'select kid, private_key as jwk from signing_key where private_key is not null for update',
    )
    for (const { kid, jwk } of plain) {
      const { publicJwk, privateKey } = localSigner(createPrivateKey({ key: jwk, format: 'jwk' }))
      const sealed = safe.seal(privateKey.export({ type: 'pkcs8', format: 'der' }), contextOf(kid))
      await tx.query(
        'update signing_key set algorithm = $2, public_key = $3, sealed = $4, private_key = null where kid = $1',
        [kid, publicJwk.alg, json(publicJwk), sealed],
      )
    }
  })
}
