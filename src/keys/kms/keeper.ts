import { createHash, createPublicKey } from 'node:crypto'
import { invalid, unavailable } from '../../errors.ts'
import { type Algorithm, kinds } from '../algorithms.ts'
import type { FreshKey, Keeper } from '../keeper.ts'
import { member } from '../member.ts'
import type { PublicJwk } from '../public-key.ts'
import { keptPublicKey, remoteSigner } from '../remote.ts'
import type { AskKms } from './client.ts'
import { rawSignature } from './der.ts'

/** How a KMS names our algorithms; `size` is that of one number of an ECDSA signature. */
// biome-ignore format: a table is read by its columns
const names: Readonly<Partial<Record<Algorithm, { spec: string; signing: string; size?: number }>>> = {
  ES256: { spec: 'ECC_NIST_P256', signing: 'ECDSA_SHA_256',      size: 32 },
  ES384: { spec: 'ECC_NIST_P384', signing: 'ECDSA_SHA_384',      size: 48 },
  PS256: { spec: 'RSA_3072',      signing: 'RSASSA_PSS_SHA_256'           },
}

/** The largest message that a KMS hashes by itself, bytes; of larger ones it gets the digest. */
const largest = 4_096

/** Has its keys in a KMS that speaks as AWS's does; they never leave it. */
export function kmsKeeper(ask: AskKms): Keeper {
  const adopt = async (reference: string): Promise<FreshKey> => {
    const answer = await ask('GetPublicKey', { KeyId: reference })
    const der = Buffer.from(member(answer, 'PublicKey') ?? '', 'base64')
    const publicJwk = keptPublicKey(() => createPublicKey({ key: der, format: 'der', type: 'spki' }))
    return {
      signer: signerOf(ask, reference, publicJwk),
      kept: { keeper: 'kms', sealed: null, reference },
    }
  }
  return {
    async create(algorithm) {
      const { spec } = nameOf(algorithm)
      const answer = await ask('CreateKey', { KeySpec: spec, KeyUsage: 'SIGN_VERIFY', Description: 'Kontor' })
      const reference = member(answer, 'KeyMetadata', 'Arn') ?? member(answer, 'KeyMetadata', 'KeyId')
      if (reference === undefined) throw unavailable('The KMS made a key and did not name it.')
      return adopt(reference)
    },
    adopt,
    open: async ({ reference, publicJwk }) => signerOf(ask, reference ?? '', publicJwk),
  }
}

function nameOf(algorithm: Algorithm) {
  const name = names[algorithm]
  if (name === undefined) throw invalid(`A KMS has no keys for ${algorithm}; choose ES256, ES384 or PS256.`)
  return name
}

function signerOf(ask: AskKms, reference: string, publicJwk: PublicJwk) {
  const { signing, size } = nameOf(publicJwk.alg)
  const { digest } = kinds[publicJwk.alg]
  return remoteSigner(publicJwk, async bytes => {
    const hashes = bytes.length <= largest || digest === null
    const message = hashes ? Buffer.from(bytes) : createHash(digest).update(bytes).digest()
    const answer = await ask('Sign', {
      KeyId: reference,
      Message: message.toString('base64'),
      MessageType: hashes ? 'RAW' : 'DIGEST',
      SigningAlgorithm: signing,
    })
    const signature = Buffer.from(member(answer, 'Signature') ?? '', 'base64')
    return size === undefined ? signature : rawSignature(signature, size)
  })
}
