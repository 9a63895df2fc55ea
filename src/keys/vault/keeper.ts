import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { invalid } from '../../errors.ts'
import type { Algorithm } from '../algorithms.ts'
import type { FreshKey, Keeper } from '../keeper.ts'
import { member } from '../member.ts'
import type { PublicJwk } from '../public-key.ts'
import { keptPublicKey, remoteSigner } from '../remote.ts'
import type { AskVault } from './client.ts'

/** How the transit engine names our algorithms, and what it must be told to sign by them. */
// biome-ignore format: a table is read by its columns
const names: Readonly<Record<Algorithm, { type: string; signing: object }>> = {
  ES256: { type: 'ecdsa-p256', signing: { hash_algorithm: 'sha2-256', marshaling_algorithm: 'jws' } },
  ES384: { type: 'ecdsa-p384', signing: { hash_algorithm: 'sha2-384', marshaling_algorithm: 'jws' } },
  PS256: { type: 'rsa-3072',   signing: { hash_algorithm: 'sha2-256', signature_algorithm: 'pss', salt_length: 'hash' } },
  EdDSA: { type: 'ed25519',    signing: {} },
}

/** Has its keys in the transit engine of a HashiCorp Vault or an OpenBao; they never leave it. */
export function vaultKeeper(ask: AskVault): Keeper {
  const adopt = async (reference: string): Promise<FreshKey> => {
    const { name, version } = readReference(reference)
    const answer = await ask(`keys/${name}`)
    const chosen = version ?? latestOf(answer)
    const publicJwk = keptPublicKey(() => readKey(member(answer, 'data', 'keys', chosen, 'public_key') ?? ''))
    return {
      signer: signerOf(ask, name, chosen, publicJwk),
      kept: { keeper: 'vault', sealed: null, reference: `${name}:${chosen}` },
    }
  }
  return {
    async create(algorithm) {
      const name = `kontor-${randomUUID()}`
      await ask(`keys/${name}`, { type: names[algorithm].type })
      return adopt(`${name}:1`)
    },
    adopt,
    async open({ reference, publicJwk }) {
      const { name, version = '1' } = readReference(reference ?? '')
      return signerOf(ask, name, version, publicJwk)
    },
  }
}

/** A key's name, and, after a colon, the version: a vault may have newer ones, which are other keys to us. */
function readReference(reference: string): { name: string; version: string | undefined } {
  const [, name, version] = /^([\w.-]+)(?::(\d+))?$/.exec(reference) ?? []
  if (name === undefined) throw invalid('A key of the vault is named by its name, or by name:version.')
  return { name, version }
}

function latestOf(answer: unknown): string {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined
  const latest = typeof data === 'object' && data !== null && 'latest_version' in data ? data.latest_version : undefined
  return typeof latest === 'number' ? String(latest) : '1'
}

/** PEM, but for Ed25519: there it is the 32 bytes in base64. */
function readKey(text: string): KeyObject {
  if (text.startsWith('-----')) return createPublicKey(text)
  const x = Buffer.from(text, 'base64').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

const signerOf = (ask: AskVault, name: string, version: string, publicJwk: PublicJwk) =>
  remoteSigner(publicJwk, async bytes => {
    const answer = await ask(`sign/${name}`, {
      input: Buffer.from(bytes).toString('base64'),
      key_version: Number(version),
      ...names[publicJwk.alg].signing,
    })
    // `vault:v1:` and the signature, in base64 or base64url: Node takes either.
    const [, text] = /^vault:v\d+:([\w+/=-]+)$/.exec(member(answer, 'data', 'signature') ?? '') ?? []
    return text === undefined ? undefined : Buffer.from(text, 'base64')
  })
