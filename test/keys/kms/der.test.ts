import { generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { rawSignature } from '../../../src/keys/kms/der.ts'

t.test('a signature in DER becomes the same one in the form of JOSE', async t => {
  for (const [curve, size] of [
    ['P-256', 32],
    ['P-384', 48],
  ] as const) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    let good = true
    // Among 300 there are numbers that begin with zeros, and some with a sign to keep off.
    for (let round = 0; round < 300; round++) {
      const message = Buffer.from(`${curve} ${round}`)
      const raw = rawSignature(sign('sha256', message, privateKey), size)
      good &&= raw?.length === 2 * size && verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)
    }
    t.ok(good, curve)
  }
})

t.test('anything else becomes nothing', async t => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = sign('sha256', Buffer.from('x'), privateKey)
  t.equal(rawSignature(der.subarray(0, -1), 32), undefined, 'cut')
  t.equal(rawSignature(Buffer.concat([der, Buffer.from([0])]), 32), undefined, 'with something behind it')
  t.equal(rawSignature(der, 16), undefined, 'numbers that are too large')
  t.equal(rawSignature(Buffer.from('3003020101', 'hex'), 32), undefined, 'one number')
  fc.assert(fc.property(fc.uint8Array(), bytes => [undefined, 64].includes(rawSignature(bytes, 32)?.length)))
})
