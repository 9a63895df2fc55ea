/**
 * The two numbers of an ECDSA signature, as JOSE has them (r||s, each of `size` bytes; RFC 7518 §3.4), out of the DER in which a KMS
 * has them (RFC 3279 §2.2.3). Nothing comes back for anything else.
 */
export function rawSignature(der: Uint8Array, size: number): Buffer | undefined {
  const sequence = readElement(der, 0x30)
  const r = sequence && readElement(sequence.content, 0x02)
  const s = r && readElement(r.rest, 0x02)
  if (sequence === undefined || r === undefined || s === undefined) return undefined
  if (sequence.rest.length > 0 || s.rest.length > 0) return undefined
  const numbers = [fit(r.content, size), fit(s.content, size)]
  return numbers.every(number => number !== undefined) ? Buffer.concat(numbers.filter(Boolean)) : undefined
}

/** What a tag and its length (of one byte: a P-384 signature has 104 at most) stand in front of. */
function readElement(bytes: Uint8Array, tag: number): { content: Uint8Array; rest: Uint8Array } | undefined {
  const [found, length = 0x80] = bytes
  if (found !== tag || length >= 0x80 || bytes.length < 2 + length) return undefined
  return { content: bytes.subarray(2, 2 + length), rest: bytes.subarray(2 + length) }
}

/** A number without the zero that keeps it positive, and with those that fill it up. */
function fit(number: Uint8Array, size: number): Buffer | undefined {
  const digits = Buffer.from(number[0] === 0 ? number.subarray(1) : number)
  return digits.length <= size ? Buffer.concat([Buffer.alloc(size - digits.length), digits]) : undefined
}
