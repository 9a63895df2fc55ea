import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
/** Of the initialisation vector and of the tag, bytes (NIST SP 800-38D §8.2.2 and §5.2.1.2). */
const ivLength = 12
const tagLength = 16

/**
 * Encrypts with AES-256-GCM: initialisation vector, tag, content. The context is not in the result: what is opened must be told again
 * what it is, so that nothing sealed as one thing can be put in the place of another.
 */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const iv = randomBytes(ivLength)
  const sealing = createCipheriv(cipher, key, iv, { authTagLength: tagLength }).setAAD(Buffer.from(context))
  const content = Buffer.concat([sealing.update(plain), sealing.final()])
  return Buffer.concat([iv, sealing.getAuthTag(), content])
}

/** What was sealed; nothing when key, content or context are not those it was sealed with. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer | undefined {
  const at = ivLength + tagLength
  if (sealed.length < at) return undefined
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivLength), { authTagLength: tagLength })
  opening.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(ivLength, at))
  try {
    return Buffer.concat([opening.update(sealed.subarray(at)), opening.final()])
  } catch {
    return undefined
  }
}
