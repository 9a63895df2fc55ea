import { unavailable } from '../../errors.ts'
import { member } from '../member.ts'
import type { Wrapper } from '../wrapper.ts'
import type { AskKms } from './client.ts'

/** By a symmetric key of a KMS: all that those can which cannot sign, as Outscale's. */
export function kmsWrapper(ask: AskKms, wrappingKey: string): Wrapper {
  return {
    async wrap(key, id) {
      const plain = Buffer.from(key).toString('base64')
      const answer = await ask('Encrypt', { KeyId: wrappingKey, Plaintext: plain, EncryptionContext: contextOf(id) })
      const ciphertext = member(answer, 'CiphertextBlob')
      if (ciphertext === undefined) throw unavailable('The KMS did not encrypt the data key.')
      return { ciphertext, key: wrappingKey }
    },
    async unwrap({ ciphertext = '', key = wrappingKey }, id) {
      const order = { KeyId: key, CiphertextBlob: ciphertext, EncryptionContext: contextOf(id) }
      const answer = await ask('Decrypt', order)
      const plain = Buffer.from(member(answer, 'Plaintext') ?? '', 'base64')
      return plain.length === 32 ? plain : undefined
    },
  }
}

const contextOf = (id: string) => ({ 'kontor:data-key': id })
