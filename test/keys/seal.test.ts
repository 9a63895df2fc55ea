import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { seal, unseal } from '../../src/keys/seal.ts'

const key = randomBytes(32)

t.test('what was sealed comes back, and is not in what is kept', async t => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16 }), fc.string(), (plain, context) => {
      const sealed = seal(key, plain, context)
      return unseal(key, sealed, context)?.equals(plain) === true && !sealed.includes(Buffer.from(plain))
    }),
  )
  t.pass()
})

t.test('one changed bit anywhere, another key or another context: nothing comes back', async t => {
  const sealed = seal(key, Buffer.from('a private key'), 'signing_key 1')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    t.equal(unseal(key, changed, 'signing_key 1'), undefined, `byte ${at}`)
  }
  t.equal(unseal(key, sealed.subarray(0, 27), 'signing_key 1'), undefined)
  t.equal(unseal(key, sealed, 'signing_key 2'), undefined)
  t.equal(unseal(randomBytes(32), sealed, 'signing_key 1'), undefined)
})

t.test('the same content never looks the same', async t => {
  t.notSame(seal(key, Buffer.from('x'), ''), seal(key, Buffer.from('x'), ''))
})
