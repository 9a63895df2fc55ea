import { ECDH, type JsonWebKey } from 'node:crypto'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** A multikey of an elliptic curve has fewer characters: decoding takes quadratic time. */
const longest = 128

const dot = (bytes: Buffer): string => bytes.toString('base64url')

/** A point as it stands in a multikey, compressed, as its two coordinates. */
function unpack(curve: string, crv: string, point: Buffer): JsonWebKey {
  const whole = ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed')
  // Without an encoding it gives bytes: 4, x, y.
  const bytes = Buffer.from(whole as Buffer)
  const half = (bytes.length - 1) / 2
  return { kty: 'EC', crv, x: dot(bytes.subarray(1, 1 + half)), y: dot(bytes.subarray(1 + half)) }
}

/** What the first bytes say that the rest is (the multicodec table, as varints), the length of the rest, and how it becomes a JWK. */
// biome-ignore format: a table is read by its columns
const codecs: readonly (readonly [prefix: readonly [number, number], length: number, toJwk: (rest: Buffer) => JsonWebKey])[] = [
  [ [0xed, 0x01], 32, rest => ({ kty: 'OKP', crv: 'Ed25519', x: dot(rest) }) ],
  [ [0x80, 0x24], 33, rest => unpack('prime256v1', 'P-256', rest)            ],
  [ [0x81, 0x24], 49, rest => unpack('secp384r1', 'P-384', rest)             ],
]

/** The public key in a multikey (`z…`: base58btc of a codec and the key), as a JWK. Throws for anything else. */
export function decodeMultikey(text: unknown): JsonWebKey {
  if (typeof text !== 'string' || !text.startsWith('z') || text.length > longest) throw new Error('no multikey')
  const bytes = decodeBase58(text.slice(1))
  const rest = bytes.subarray(2)
  const codec = codecs.find(([[a, b], length]) => bytes[0] === a && bytes[1] === b && rest.length === length)
  if (codec === undefined) throw new Error('no key of a sort that is known')
  return codec[2](rest)
}

function decodeBase58(text: string): Buffer {
  let number = 0n
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) throw new Error('no base58')
    number = number * 58n + BigInt(digit)
  }
  const digits = number.toString(16)
  const zeros = text.length - text.replace(/^1+/, '').length
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')])
}
