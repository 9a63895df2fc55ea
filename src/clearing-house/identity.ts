import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { CompactSign, calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import type { CertificateAuthority } from './certificate-authority.ts'

const generate = promisify(generateKeyPair)

/** With what the services of this house sign. */
export type Algorithm = 'PS256' | 'ES256'

/** One of the services of this house, with a DID, a key and a certificate. */
export interface Identity {
  readonly did: string
  readonly document: object
  /** Its certificates in PEM, leaf first. */
  readonly chain: string
  /** Signs a credential as `vc+jwt`. */
  sign(credential: object): Promise<string>
}

/** Gives a service its identity: `did:web` with its path in it. */
export async function createIdentity(given: {
  base: string
  path: string
  algorithm: Algorithm
  authority: CertificateAuthority
}): Promise<Identity> {
  const { base, path, algorithm, authority } = given
  const { host, hostname } = new URL(base)
  const did = `did:web:${encodeURIComponent(host)}:${path}`
  const keys =
    algorithm === 'PS256'
      ? await generate('rsa', { modulusLength: 3072 })
      : await generate('ec', { namedCurve: 'P-256' })
  const publicKey = keys.publicKey.export({ format: 'jwk' })
  const kid = `${did}#${await calculateJwkThumbprint(publicKey as JWK)}`
  const chain = await authority.issue({ publicKey, hosts: [hostname.replace(/^\[(.*)\]$/, '$1')] })
  const key = await importJWK(keys.privateKey.export({ format: 'jwk' }) as JWK, algorithm)
  return {
    did,
    chain,
    document: {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
      id: did,
      verificationMethod: [
        {
          id: kid,
          type: 'JsonWebKey2020',
          controller: did,
          publicKeyJwk: { ...publicKey, alg: algorithm, x5u: `${base}/${path}/x509CertificateChain.pem` },
        },
      ],
      assertionMethod: [kid],
    },
    sign: credential =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(credential)))
        .setProtectedHeader({ alg: algorithm, typ: 'vc+jwt', cty: 'vc', iss: did, kid })
        .sign(key),
  }
}
